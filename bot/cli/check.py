"""``slipway check``: the configuration, offline. Nothing is started, nothing is asked over the network."""

from __future__ import annotations

from pathlib import Path

import click

from bot import config
from bot.cli.options import config_file, read, stop
from bot.errors import ConfigErrors
from bot.ports import Kinds


def command(kinds: Kinds) -> click.Command:
    @click.command("check", short_help="Check the configuration, offline.")
    @config_file
    @click.option("--explain", "target", metavar="SERVICE/ENV", help="Print one target: each value and its origin.")
    def check(file: Path, target: str | None) -> None:
        """Check the configuration file and the secrets in the environment, offline.

        One line for each problem, naming its key; exit code 1 when there is any.
        """
        found = read(file, kinds)
        if target is None:
            click.echo(
                f"{file}: good. {_count(len(found.services), 'service')}, {_count(len(found.targets), 'target')}."
            )
            return
        try:
            lines = config.explain(found, target)
        except ConfigErrors as errors:
            stop(errors.problems)
        click.echo("\n".join(lines))

    return check


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
