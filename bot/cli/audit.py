"""``slipway audit verify`` and ``audit head``: is the story whole, and what its newest row is."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import click

from bot.cli.options import config_file, ledger_file, stop
from bot.errors import SlipwayError
from bot.ledger import audit, reading


class Head(click.ParamType[tuple[int, str]]):
    """``COUNT:HASH``, as posted daily and as ``audit head`` prints it."""

    name = "COUNT:HASH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        found = re.fullmatch(r"([0-9]{1,12}):([0-9a-f]{64})", str(value).strip())
        if found is None:
            self.fail(f"{value!r} is not COUNT:HASH, like 128:9f86d0…", param, ctx)
        return int(found[1]), found[2]


def command() -> click.Group:
    @click.group("audit", short_help="Verify the audit chain.")
    def group() -> None:
        """The append-only record of every order, vote, effect and refusal."""

    @group.command("verify")
    @config_file
    @click.option("--head", type=Head(), help="Compare with a head that was posted once.")
    def verify(file: Path, head: tuple[int, str] | None) -> None:
        """Recompute the chain, and compare every deploy with its audit rows.

        One line for each disagreement; exit code 1 when there is any. May run beside the bot.
        """
        problems, (count, newest) = _look(ledger_file(file), head)
        if problems:
            stop(problems)
        click.echo(f"The audit chain is whole. Head: {count}:{newest}")

    @group.command("head")
    @config_file
    def show(file: Path) -> None:
        """Print COUNT:HASH of the newest row, to be kept somewhere else."""
        _, (count, newest) = _look(ledger_file(file), None, verify=False)
        click.echo(f"{count}:{newest}")

    return group


def _look(ledger: Path, head: tuple[int, str] | None, *, verify: bool = True) -> tuple[list[str], tuple[int, str]]:
    try:
        with reading(ledger) as db:
            problems = audit.verify(db, head) if verify else []
            return [str(problem) for problem in problems], audit.head(db)
    except (SlipwayError, sqlite3.DatabaseError) as error:
        stop([f"The ledger cannot be read: {error}"])
