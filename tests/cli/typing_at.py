"""Types a command as the operator does, in a folder with a configuration file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from click.testing import CliRunner, Result

from tests.config.files import ENVIRON, GOOD

UNSET: Mapping[str, None] = {"DISCORD_TOKEN_FILE": None, "SSH_PRIVATE_KEY_FILE": None, "SLIPWAY_DISCORD_API": None}


def file(folder: Path, text: str = GOOD) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def typed(command: click.Command, *words: object, environ: Mapping[str, str] = ENVIRON, answers: str = "") -> Result:
    """``answers``: what is typed when the command asks."""
    words_said = [str(word) for word in words]
    return CliRunner().invoke(command, words_said, env={**UNSET, **environ}, input=answers, catch_exceptions=False)
