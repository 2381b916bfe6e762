"""``slipway schema``: the JSON schema of the configuration file, for editors."""

from __future__ import annotations

import json

import click

from bot import config
from bot.ports import Kinds


def command(kinds: Kinds) -> click.Command:
    @click.command("schema", short_help="Print the JSON schema of the configuration file.")
    def schema() -> None:
        """Print the JSON schema of the configuration file, for editors that complete TOML."""
        click.echo(json.dumps(config.schema(kinds), indent=2, ensure_ascii=False))

    return schema
