"""What several commands share: the file's place, reading it, and how problems end a command."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from bot import config
from bot.config import Config
from bot.errors import ConfigErrors
from bot.ports import Kinds

PROBLEMS = 1
UNUSABLE = 78
"""EX_CONFIG of sysexits: a service manager need not start again what cannot work."""

config_file = click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="The configuration file.",
)


def read(file: Path, kinds: Kinds, *, otherwise: int = PROBLEMS) -> Config:
    """The configuration, or its problems on stderr and the end of the command with exit code ``otherwise``."""
    try:
        return config.load(file, kinds, config.environment())
    except ConfigErrors as errors:
        stop(errors.problems, otherwise)


def ledger_file(file: Path) -> Path:
    """Where the ledger is. Needs no secret: whoever makes backups must not have the keys to production."""
    try:
        return config.ledger_of(file)
    except ConfigErrors as errors:
        stop(errors.problems)


def stop(lines: Iterable[str], code: int = PROBLEMS) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)
