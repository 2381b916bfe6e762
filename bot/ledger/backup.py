"""Backups while the bot runs, and the way back from one: a new epoch, nothing left in flight, no number used twice."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from bot.errors import LedgerUnusable
from bot.ledger import deploys, meta
from bot.ledger.connection import connect, reading, transact
from bot.ledger.copying import copy, settle_on_disk
from bot.ledger.lockfile import LockFile
from bot.ledger.opening import begin_epoch, not_newer, sound, unusable
from bot.ledger.rows import NewPing
from bot.ledger.schema import migrations
from bot.model import Deploy, Outcome, Verdict

FILES = ("", "-wal", "-shm")


def backup(ledger: Path, to: Path) -> None:
    """A sound copy in one file, also while the bot runs. Replaces ``to`` only once it is whole.

    Raises LedgerUnusable (missing, damaged), OSError.
    """
    try:
        with reading(ledger) as db:
            sound(db, ledger)
            copy(db, to)
    except sqlite3.DatabaseError as error:
        raise unusable(ledger, error) from error


def restore(kept: Path, ledger: Path, *, now: float, force: bool = False) -> str:
    """Puts a backup in the ledger's place; the new epoch. With ``force`` a ledger that is there goes to ``.replaced``.

    Raises LedgerUnusable: second_process (a bot runs on it), exists, missing, damaged, newer_schema.
    """
    lock = LockFile.take(ledger, "slipway restore", now)
    try:
        if ledger.exists() and not force:
            raise LedgerUnusable("exists", path=str(ledger))
        return _replace(kept, ledger, now)
    except sqlite3.DatabaseError as error:
        raise unusable(kept, error) from error
    finally:
        lock.release()


def _replace(kept: Path, ledger: Path, now: float) -> str:
    part = ledger.with_name(ledger.name + ".restoring")
    try:
        with reading(kept) as db:
            _a_ledger(db, kept)
            copy(db, part)
        epoch = _made_new(part, _last_number(ledger), now)
        _put_aside(ledger)
        settle_on_disk(part, ledger)
    finally:
        for suffix in FILES:
            part.with_name(part.name + suffix).unlink(missing_ok=True)
    return epoch


def _a_ledger(db: Database, kept: Path) -> None:
    sound(db, kept)
    not_newer(db, kept)
    if not migrations.applied(db):
        raise LedgerUnusable("damaged", path=str(kept), reason="not a ledger")


def _made_new(part: Path, last_number: int, now: float) -> str:
    db = connect(part)
    try:
        migrations.apply(db)
        epoch = transact(db, _begin_again, last_number, now)
        db.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        db.close()
    return epoch


def _begin_again(db: Database, last_number: int, now: float) -> str:
    """What the backup says is in flight ended long ago, or goes on without us: nobody can tell any more."""
    begin_epoch(db, "restored", now, before=meta.epoch(db))
    deploys.sweep(db, now, older_than=0.0)
    for deploy in deploys.unfinished(db):
        _settle(db, deploy, now)
    _count_from(db, last_number)
    return meta.epoch(db)


def _count_from(db: Database, last_number: int) -> None:
    done = db.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'deploys'", [last_number])
    if done.rowcount == 0:
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('deploys', ?)", [last_number])


def _settle(db: Database, deploy: Deploy, now: float) -> None:
    begun = deploy.started_at is not None
    deploys.settle(
        db,
        deploy.number,
        phase=deploy.phase,
        revision=deploy.revision,
        now=now,
        actor="slipway",
        verdict=Verdict.FAILED if begun else Verdict.CANCELLED,
        outcome=Outcome.UNKNOWN if begun else None,
        code="restored",
        facts={"phase": deploy.phase.value},
        pings=[NewPing("failed" if begun else "cancelled", {})],
        ends="restored",
    )


def _last_number(ledger: Path) -> int:
    """The newest number that the ledger to be replaced has given away, where it can still say so."""
    try:
        with reading(ledger) as db:
            row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'deploys'").fetchone()
    except (LedgerUnusable, sqlite3.DatabaseError):
        return 0
    return 0 if row is None else int(row[0])


def _put_aside(ledger: Path) -> None:
    """With its WAL, which would be taken for the new file's if it stayed."""
    for suffix in FILES:
        old = ledger.with_name(ledger.name + suffix)
        if old.exists():
            shutil.copy2(old, ledger.with_name(f"{ledger.name}.replaced{suffix}"))
    for suffix in FILES[1:]:
        ledger.with_name(ledger.name + suffix).unlink(missing_ok=True)
