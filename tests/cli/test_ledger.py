"""``audit``, ``backup`` and ``restore``, on a real ledger."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.cli import audit, backup
from bot.ledger import Ledger
from tests.cli.typing_at import file, typed


@pytest.fixture
async def ledger(tmp_path: Path) -> Path:
    """A ledger that was opened once, where the configuration file says."""
    path = tmp_path / "data" / "slipway.db"
    path.parent.mkdir()
    await (await Ledger.open(path)).close()
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return file(tmp_path)


def tampered(ledger: Path) -> None:
    """As somebody who knows SQLite would: the triggers that forbid it taken away first."""
    with sqlite3.connect(ledger) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE audit SET actor = 'somebody else' WHERE seq = 1")
    db.close()


def test_a_changed_audit_row_is_found(ledger: Path, config: Path) -> None:
    tampered(ledger)
    result = typed(audit.command(), "verify", "--config", config)
    assert (result.exit_code, "audit row 1" in result.stderr) == (1, True)


def test_a_chain_that_is_not_the_posted_one_is_found(ledger: Path, config: Path) -> None:
    result = typed(audit.command(), "verify", "--config", config, "--head", f"1:{'0' * 64}")
    assert (result.exit_code, "is not the row that was posted" in result.stderr) == (1, True)


def test_a_head_in_another_form_is_a_mistake_of_usage(ledger: Path, config: Path) -> None:
    assert typed(audit.command(), "verify", "--config", config, "--head", "latest").exit_code == 2


def test_a_whole_chain_verifies_against_its_own_head(ledger: Path, config: Path) -> None:
    head = typed(audit.command(), "head", "--config", config).stdout.strip()
    result = typed(audit.command(), "verify", "--config", config, "--head", head)
    assert (result.exit_code, result.stdout) == (0, f"The audit chain is whole. Head: {head}\n")


def test_verifying_without_a_ledger_says_so(config: Path) -> None:
    result = typed(audit.command(), "verify", "--config", config)
    assert (result.exit_code, "cannot be read" in result.stderr) == (1, True)


def test_a_file_that_is_no_ledger_is_said_not_to_be_readable(config: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "slipway.db").write_text("no ledger")
    result = typed(audit.command(), "verify", "--config", config)
    assert (result.exit_code, "cannot be read: file is not a database" in result.stderr) == (1, True)


def test_verifying_needs_no_secret(ledger: Path, config: Path) -> None:
    assert typed(audit.command(), "verify", "--config", config, environ={}).exit_code == 0


def test_a_backup_is_whole_and_restores_under_a_new_epoch(ledger: Path, config: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    assert typed(backup.backup(), "--config", config, kept).exit_code == 0
    refused = typed(backup.restore(), "--config", config, kept)
    assert (refused.exit_code, "--force" in refused.stderr) == (1, True)
    restored = typed(backup.restore(), "--config", config, "--force", kept)
    assert (restored.exit_code, "New epoch: " in restored.stdout) == (0, True)
    assert typed(audit.command(), "verify", "--config", config).exit_code == 0


async def test_a_restore_under_a_running_bot_is_refused_with_its_name(
    ledger: Path, config: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.db"
    typed(backup.backup(), "--config", config, kept)
    running = await Ledger.open(ledger, name="the bot")
    try:
        result = typed(backup.restore(), "--config", config, "--force", kept)
    finally:
        await running.close()
    assert (result.exit_code, "the bot (process" in result.stderr) == (1, True)


def test_a_backup_of_nothing_says_so(config: Path, tmp_path: Path) -> None:
    result = typed(backup.backup(), "--config", config, tmp_path / "kept.db")
    assert (result.exit_code, "There is no such file." in result.stderr) == (1, True)


def test_a_backup_into_a_folder_that_is_not_there_says_so(ledger: Path, config: Path, tmp_path: Path) -> None:
    result = typed(backup.backup(), "--config", config, tmp_path / "absent" / "kept.db")
    assert (result.exit_code, "Nothing was written." in result.stderr) == (1, True)
