"""Secrets come from the environment, are masked from the first moment, and are never said aloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.ssh.config import Config as Ssh
from bot import config, redact
from bot.errors import ConfigErrors
from tests.config.files import ENVIRON, changed, load, problems

KEY = "services.ai-server.ssh.key"


def test_a_missing_token_is_named(tmp_path: Path) -> None:
    found = problems(tmp_path, environ={"SSH_PRIVATE_KEY": "key-of-the-tests"})
    line = "secret DISCORD_TOKEN has no value; set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to the path of a file with it"
    assert found == (f"discord: {line}",)


def test_a_missing_key_is_named_once_where_the_file_asks_for_it(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, environ={"DISCORD_TOKEN": "token-of-the-tests"})
    assert line.startswith(f"{KEY}: secret SSH_PRIVATE_KEY has no value")


def test_a_short_secret_is_refused_without_showing_it(tmp_path: Path) -> None:
    found = problems(tmp_path, environ={**ENVIRON, "SSH_PRIVATE_KEY": "hunter2"})
    assert found == (f"{KEY}: secret SSH_PRIVATE_KEY has only 7 characters; at least 8 are needed",)


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, environ={**ENVIRON, "DISCORD_TOKEN_FILE": "/nowhere"})
    assert found == ("discord: both DISCORD_TOKEN and DISCORD_TOKEN_FILE are set; unset one",)


def test_a_secret_from_a_file_loses_its_last_line_break_only(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("first line\nsecond line\n", encoding="utf-8")
    environ = {"DISCORD_TOKEN": "token-of-the-tests", "SSH_PRIVATE_KEY_FILE": str(file)}
    values = {secret.name: secret.reveal() for secret in load(tmp_path, environ=environ).secrets}
    assert values == {"DISCORD_TOKEN": "token-of-the-tests", "SSH_PRIVATE_KEY": "first line\nsecond line"}


def test_an_unreadable_secret_file_is_named_with_the_reason(tmp_path: Path) -> None:
    environ = {"DISCORD_TOKEN": "token-of-the-tests", "SSH_PRIVATE_KEY_FILE": str(tmp_path / "absent")}
    (line,) = problems(tmp_path, environ=environ)
    assert line == f"{KEY}: SSH_PRIVATE_KEY_FILE points to a file that cannot be read: No such file or directory"


def test_every_target_gets_the_value_of_its_own_field(tmp_path: Path) -> None:
    sections = [spec.section for spec in load(tmp_path).targets.values()]
    values = [section.key.reveal() for section in sections if isinstance(section, Ssh)]
    assert values == ["key-of-the-tests", "key-of-the-tests"]


def test_loaded_values_are_masked_from_then_on(tmp_path: Path) -> None:
    load(tmp_path, environ={**ENVIRON, "SSH_PRIVATE_KEY": "a value seen nowhere else"})
    assert "seen nowhere else" not in redact.clean("ssh says: a value seen nowhere else, refused")


def test_the_loaded_configuration_never_shows_a_value(tmp_path: Path) -> None:
    found = load(tmp_path)
    shown = repr(found) + "\n".join(config.explain(found, "ai-server/prod"))
    assert [value for value in ENVIRON.values() if value in shown] == []


@pytest.mark.parametrize(
    "value",
    ["-----BEGIN OPENSSH PRIVATE KEY-----", "ghp_" + "a" * 36, "https://user:hunter22@example.org/x.git"],
)
def test_a_secret_written_into_the_file_is_refused_without_repeating_it(tmp_path: Path, value: str) -> None:
    found = problems(tmp_path, changed(("https://example.org/ai-server.git", value)))
    line = "looks like a secret; secrets come from the environment, never from this file"
    assert found == (f"services.ai-server.ssh.repository: {line}",)


def test_a_secret_in_the_place_of_an_id_is_not_repeated_in_part_either(tmp_path: Path) -> None:
    found = problems(tmp_path, changed(('guild = "1"', f'guild = "ghp_{"a" * 36}"')))
    assert found == ("discord.guild: looks like a secret; secrets come from the environment, never from this file",)


def test_a_key_in_place_of_its_name_is_refused_without_repeating_it(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, changed(('key = "SSH_PRIVATE_KEY"', 'key = "hunter22hunter22"')))
    assert line == f"{KEY}: must be the name of a secret (like SSH_PRIVATE_KEY); its value comes from the environment"


def test_one_secret_can_be_read_without_a_file() -> None:
    assert config.secret("DISCORD_TOKEN", ENVIRON) == "token-of-the-tests"
    assert config.secret("DISCORD_TOKEN", {}) is None
    with pytest.raises(ConfigErrors):
        config.secret("DISCORD_TOKEN", {"DISCORD_TOKEN": "short"})
