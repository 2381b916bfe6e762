"""``slipway iam``: the printed policies, and what is said where the file says too little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from adapters import load as load_kind
from adapters import policies
from adapters.ecs.config import Config
from bot.cli import iam
from bot.ports import Adapter, AdapterKind, Place
from tests.config.files import ENVIRON, GOOD

ACCOUNT, ROLE = "123456789012", "arn:aws:iam::210987654321:role/deploy"
TARGET = """
[services.llmops]
chain = ["dev", "prod"]
[services.llmops.policy]
deploy = ["deployer"]
[services.llmops.ecs]
region = "ap-northeast-2"
cluster = "prod"
service = "llmops"
container = "app"
repository = "llmops"
[services.llmops.env.dev]
adapter = "ecs"
[services.llmops.env.dev.ecs]
role_arn = "arn:aws:iam::210987654321:role/deploy"
[services.llmops.env.prod]
adapter = "ecs"
"""


def _never(place: Place) -> Adapter:
    raise AssertionError("nothing is built to print a policy")


def kinds(name: str) -> AdapterKind | None:
    return AdapterKind(Config, _never, aws=True) if name == "ecs" else load_kind(name)


def run(folder: Path, text: str, *more: str) -> Result:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    command: click.Command = iam.command(kinds, policies)
    return CliRunner().invoke(command, ["--config", str(file), *more], env=dict(ENVIRON))


def test_our_own_keys_and_each_role_have_a_policy_of_their_own(tmp_path: Path) -> None:
    done = run(tmp_path, GOOD + TARGET, "--account", ACCOUNT)
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(found) == ["own", ROLE]
    assert f":{ACCOUNT}:service/prod/llmops" in json.dumps(found["own"])
    assert ":210987654321:service/prod/llmops" in json.dumps(found[ROLE])
    assert "services.llmops.env.prod.ecs.family: not said: revisions of every family" in done.stderr


def test_one_of_them_is_printed_as_it_is_pasted(tmp_path: Path) -> None:
    done = run(tmp_path, GOOD + TARGET, "--account", ACCOUNT, "--for", ROLE)
    assert set(json.loads(done.stdout)) == {"Version", "Statement"}


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (GOOD + TARGET, (), "services.llmops.env.prod.ecs.account: not said, and ARNs need it"),
        (GOOD + TARGET, ("--account", "12"), "is no AWS account; write its 12 digits"),
        (GOOD + TARGET, ("--account", ACCOUNT, "--for", "me"), f"there is own, {ROLE}"),
        (GOOD, (), "no target of this file lies on AWS"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_printed(
    tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    done = run(tmp_path, text, *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
