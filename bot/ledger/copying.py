"""A whole copy of a ledger while it is in use, by SQLite's backup API: there entirely, or not at all."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database


def copy(db: Database, to: Path) -> None:
    """Replaces ``to`` once everything is on the disk. Raises OSError or sqlite3.Error; then ``to`` is as it was."""
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        _fill(db, part)
        settle_on_disk(part, to)
    finally:
        part.unlink(missing_ok=True)


def settle_on_disk(part: Path, to: Path) -> None:
    _sync(part)
    part.replace(to)
    _sync(to.parent)


def _fill(db: Database, part: Path) -> None:
    target = sqlite3.connect(part, isolation_level=None)
    try:
        db.conn.backup(target)
        # One file without a WAL beside it: what is copied elsewhere by hand is then whole.
        target.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        target.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
