"""Small things worth a row: the epoch, the audit's count and head, the hash of the synced commands."""

from __future__ import annotations

from sqlite_utils import Database


def recall(db: Database, key: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return None if row is None else str(row[0])


def remember(db: Database, key: str, value: str) -> None:
    db.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key, value],
    )


def epoch(db: Database) -> str:
    """8 characters of base32, made with the ledger and made anew by every restore."""
    found = recall(db, "epoch")
    assert found is not None, "a ledger is founded before it is used"
    return found
