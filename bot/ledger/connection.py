"""One connection, and what a verb runs in: ``BEGIN IMMEDIATE … COMMIT``, or nothing at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from bot.errors import LedgerUnusable, LedgerUnwritable

P = ParamSpec("P")
T = TypeVar("T")
Verb = Callable[Concatenate[Database, P], T]

BUSY = 5.0  # seconds that a verb waits for somebody else's lock (SAFETY: "database locked 5 s")
WAL_LIMIT = 8 * 1024 * 1024  # bytes: what a long reader let grow is cut back to this by the next checkpoint

# https://www.sqlite.org/rescode.html: primary result codes that say something about the machine, not about our SQL
_TROUBLE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_CANTOPEN: "io",
    sqlite3.SQLITE_NOMEM: "io",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}


def connect(path: Path, busy: float = BUSY) -> Database:
    """The writing connection, for the thread that makes it. Raises sqlite3.DatabaseError for a damaged file."""
    db = _open(path, busy, "rw")
    db.execute("PRAGMA journal_mode = WAL").fetchall()
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}").fetchall()
    return db


@contextmanager
def reading(path: Path, busy: float = BUSY) -> Iterator[Database]:
    """One snapshot for a second process beside the bot (``audit verify``, ``backup``): no lock, no changes.

    Raises LedgerUnusable("missing").
    """
    if not path.is_file():
        raise LedgerUnusable("missing", path=str(path))
    db = _open(path, busy, "ro")
    try:
        db.execute("BEGIN")
        yield db
    finally:
        db.close()


def _open(path: Path, busy: float, mode: str) -> Database:
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    return Database(sqlite3.connect(uri, uri=True, timeout=busy, isolation_level=None), execute_plugins=False)


def transact(db: Database, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The verb's changes all together, or none.

    Raises LedgerUnwritable; code: locked, disk_full, read_only, io, damaged.
    """
    try:
        db.execute("BEGIN IMMEDIATE")
        result = verb(db, *args, **kwargs)
        db.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise translated(error) from error
    finally:
        if db.conn.in_transaction:
            db.execute("ROLLBACK")
    return result


def look(db: Database, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A verb that only reads: one snapshot, and a write in it is an error."""
    try:
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")
        return verb(db, *args, **kwargs)
    except sqlite3.DatabaseError as error:
        raise translated(error) from error
    finally:
        if db.conn.in_transaction:
            db.execute("ROLLBACK")
        db.execute("PRAGMA query_only = OFF")


def trouble(error: sqlite3.Error) -> str | None:
    """None: our own mistake (a broken constraint, wrong SQL), which must stay loud."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _TROUBLE.get(code & 0xFF)


def translated(error: sqlite3.Error) -> Exception:
    code = trouble(error)
    return error if code is None else LedgerUnwritable(code, reason=str(error))
