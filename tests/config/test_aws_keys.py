"""Keys to AWS: both or neither, and only where a target lies there."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import load as load_kind
from adapters.ecs.config import Config
from bot import config
from bot.errors import ConfigErrors
from bot.ports import Adapter, AdapterKind, Place
from bot.redact import clean
from tests.config.files import ENVIRON, GOOD

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000001", "AWS_SECRET_ACCESS_KEY": "secret-of-the-tests-on-aws"}
TARGET = """
[services.llmops]
chain = ["prod"]
[services.llmops.policy]
deploy = ["deployer"]
[services.llmops.env.prod]
adapter = "ecs"
[services.llmops.env.prod.ecs]
region = "ap-northeast-2"
cluster = "prod"
service = "llmops"
container = "app"
repository = "llmops"
"""


def _never(place: Place) -> Adapter:
    raise AssertionError("check builds nothing")


def kinds(name: str) -> AdapterKind | None:
    return AdapterKind(Config, _never, aws=True) if name == "ecs" else load_kind(name)


def loaded(folder: Path, text: str, environ: dict[str, str]) -> config.Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file, kinds, {**ENVIRON, **environ})


def test_keys_are_read_and_masked_where_a_target_lies_on_aws(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD + TARGET, {**KEYS, "AWS_SESSION_TOKEN": "token-of-the-tests-on-aws"}).aws_keys
    assert found is not None
    assert found.token is not None
    assert [one.reveal() for one in found.secrets] == [*KEYS.values(), "token-of-the-tests-on-aws"]
    assert clean("secret-of-the-tests-on-aws token-of-the-tests-on-aws") == "*** ***"


def test_a_key_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEYS['AWS_SECRET_ACCESS_KEY']}\n")
    environ = {
        "AWS_ACCESS_KEY_ID": KEYS["AWS_ACCESS_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY_FILE": str(tmp_path / "key"),
    }
    found = loaded(tmp_path, GOOD + TARGET, environ).aws_keys
    assert found is not None
    assert found.secret.reveal() == KEYS["AWS_SECRET_ACCESS_KEY"]


def test_without_keys_they_are_left_to_be_found(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD + TARGET, {}).aws_keys is None


@pytest.mark.parametrize("there", list(KEYS))
def test_half_a_pair_is_refused(tmp_path: Path, there: str) -> None:
    missing = next(name for name in KEYS if name != there)
    with pytest.raises(ConfigErrors) as found:
        loaded(tmp_path, GOOD + TARGET, {there: KEYS[there]})
    assert found.value.problems == (f"{there}: is set, and {missing} is not; set both or neither",)


def test_where_nothing_lies_on_aws_its_keys_are_nobodys_business(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD, {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE000000001"}).aws_keys is None
