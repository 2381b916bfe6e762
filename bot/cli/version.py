"""``slipway version``: what runs here, for a bug report."""

from __future__ import annotations

import platform
import sqlite3
import tomllib
from importlib import metadata
from pathlib import Path

import click

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
PARTS = ("discord.py", "aiohttp", "asyncssh", "pydantic")


def number() -> str:
    """The installed distribution's version; in a working tree that was never installed, the project file's."""
    try:
        return metadata.version("slipway")
    except metadata.PackageNotFoundError:
        return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])


def command() -> click.Command:
    @click.command("version", short_help="Print the version, and what it runs on.")
    def version() -> None:
        """Print the version, and what it runs on."""
        click.echo(f"slipway {number()}")
        click.echo(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}")
        click.echo(", ".join(f"{part} {metadata.version(part)}" for part in PARTS))

    return version
