"""From a path to a ledger that may be trusted: sound, of this version, with an epoch. Else LedgerUnusable."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database, Migrations

from bot.errors import LedgerUnusable, LedgerUnwritable
from bot.ledger import audit, meta
from bot.ledger.connection import connect, transact, trouble
from bot.ledger.copying import copy
from bot.ledger.schema import migrations
from bot.ledger.ulid import word

EPOCH = 8


def open_ledger(path: Path, *, now: float, busy: float, steps: Migrations = migrations) -> Database:
    """Makes the file where there is none. Raises LedgerUnusable: not_writable, newer_schema, damaged."""
    try:
        path.touch(mode=0o600)
        db = connect(path, busy)
    except OSError as error:
        raise LedgerUnusable("not_writable", path=str(path), reason=error.strerror) from error
    except sqlite3.DatabaseError as error:
        raise unusable(path, error) from error
    try:
        _prepare(db, path, steps, now)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: Database, path: Path, steps: Migrations, now: float) -> None:
    try:
        sound(db, path)
        not_newer(db, path, steps)
        _migrate(db, path, steps)
        transact(db, _found, now)
    except LedgerUnwritable as error:
        raise LedgerUnusable("not_writable", path=str(path), reason=error.code) from error
    except sqlite3.DatabaseError as error:
        raise unusable(path, error) from error


def sound(db: Database, path: Path) -> None:
    """Raises LedgerUnusable("damaged") with SQLite's own words."""
    found = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    if found != "ok":
        raise LedgerUnusable("damaged", path=str(path), reason=found)


def not_newer(db: Database, path: Path, steps: Migrations = migrations) -> None:
    """Raises LedgerUnusable: newer_schema for changes that this code does not know, damaged for a stranger's file."""
    applied = {step.name for step in steps.applied(db)}
    if not applied and db.table_names():
        raise LedgerUnusable("damaged", path=str(path), reason="not a ledger")
    unknown = applied - set(_names(steps))
    if unknown:
        raise LedgerUnusable("newer_schema", path=str(path), found=max(unknown))


def _migrate(db: Database, path: Path, steps: Migrations) -> None:
    """One at a time, with a copy of the ledger as it was before; an empty file needs none."""
    used = bool(steps.applied(db))
    waiting = [step.name for step in steps.pending(db)]
    for done, name in enumerate(waiting, start=1):
        if used:
            copy(db, path.with_name(f"{path.name}.before-{name}"))
        steps.apply(db, stop_before=waiting[done:])


def _names(steps: Migrations) -> list[str]:
    return [step.name for step in steps.pending(Database(memory=True))]


def _found(db: Database, now: float) -> None:
    if meta.recall(db, "epoch") is None:
        begin_epoch(db, "founded", now)


def begin_epoch(db: Database, action: str, now: float, **facts: object) -> str:
    """Attempts of other epochs are never adopted (SAFETY, rule 1)."""
    epoch = word(EPOCH)
    meta.remember(db, "epoch", epoch)
    audit.append(db, actor="slipway", action=action, now=now, facts={"epoch": epoch, **facts})
    return epoch


def unusable(path: Path, error: sqlite3.DatabaseError) -> Exception:
    """The error of a file that cannot be used, in our words; a mistake in our own SQL stays what it is."""
    code = trouble(error)
    if code is None:
        return error
    return LedgerUnusable("damaged" if code == "damaged" else "not_writable", path=str(path), reason=str(error))
