"""``0002_outbox``: what is told to others (GitHub Deployments), after the commit that owes it."""

from __future__ import annotations

from sqlite_utils import Database

TABLES = (
    """
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        deploy INTEGER NOT NULL REFERENCES deploys (number),
        what TEXT NOT NULL,
        pull INTEGER,
        made_at REAL NOT NULL,
        remote TEXT,
        asked_at REAL,
        tries INTEGER NOT NULL DEFAULT 0,
        retry_at REAL,
        error TEXT,
        ended_at REAL,
        ended TEXT CHECK (ended IN ('told', 'void')),
        CHECK ((ended IS NULL) = (ended_at IS NULL))
    ) STRICT
    """,
    """
    CREATE INDEX outbox_of_deploy ON outbox (deploy, id)
    """,
    """
    CREATE INDEX outbox_untold ON outbox (deploy) WHERE ended_at IS NULL
    """,
)


def outbox(db: Database) -> None:
    for statement in TABLES:
        db.execute(statement)
