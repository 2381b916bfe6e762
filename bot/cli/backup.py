"""``slipway backup`` and ``slipway restore``: the ledger as one file, and the way back."""

from __future__ import annotations

import time
from pathlib import Path

import click

from bot.cli.options import config_file, ledger_file, stop
from bot.errors import LedgerUnusable
from bot.ledger import backup as copies

REMEDIES = {
    "second_process": "A bot runs on it: stop it first.",
    "exists": "There is a ledger already: say --force to put it aside as .replaced.",
    "missing": "There is no such file.",
    "newer_schema": "A newer Slipway wrote it: use that version.",
    "damaged": "It is damaged, or no ledger: take an older backup.",
    "not_writable": "It cannot be written: check the folder's owner and the disk.",
}

_file = click.Path(path_type=Path, dir_okay=False)


def backup() -> click.Command:
    @click.command("backup", short_help="Copy the ledger, also while the bot runs.")
    @config_file
    @click.argument("to", type=_file)
    def command(file: Path, to: Path) -> None:
        """Copy the ledger to the file TO, whole or not at all. May run beside the bot."""
        try:
            copies.backup(ledger_file(file), to)
        except LedgerUnusable as error:
            stop([_said(error)])
        except OSError as error:
            stop([f"{to}: {error.strerror}. Nothing was written."])
        click.echo(f"{to}: written, {to.stat().st_size / 1024:.0f} KB.")

    return command


def restore() -> click.Command:
    @click.command("restore", short_help="Put a backup in the ledger's place.")
    @config_file
    @click.option("--force", is_flag=True, help="Put a ledger that is there aside, as .replaced.")
    @click.argument("backup", type=_file)
    def command(file: Path, backup: Path, force: bool) -> None:
        """Put the file BACKUP in the ledger's place. The bot must not run.

        A new epoch begins: effects of deploys that the backup does not know are never taken for its own. What it says
        is in flight is settled; look at those targets with /status.
        """
        ledger = ledger_file(file)
        try:
            epoch = copies.restore(backup, ledger, now=time.time(), force=force)
        except LedgerUnusable as error:
            stop([_said(error)])
        except OSError as error:
            stop([f"{ledger}: {error.strerror}. Nothing was replaced."])
        click.echo(f"{ledger}: restored. New epoch: {epoch}.")

    return command


def _said(error: LedgerUnusable) -> str:
    facts = error.facts
    holder = f" Holder: {facts['holder']}." if "holder" in facts else ""
    return f"{facts.get('path', 'ledger')}: {REMEDIES.get(error.code, error.code)}{holder}"
