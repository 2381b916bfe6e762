"""What Discord is to show, and what it shows."""

from __future__ import annotations

TABLES = (
    """
    CREATE TABLE cards (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        deploy INTEGER NOT NULL REFERENCES deploys (number),
        kind TEXT NOT NULL,
        channel TEXT,
        message TEXT UNIQUE,
        nonce TEXT NOT NULL UNIQUE,
        marker TEXT NOT NULL UNIQUE,
        drawn INTEGER NOT NULL DEFAULT 0,
        made_at REAL NOT NULL,
        sent_at REAL,
        tries INTEGER NOT NULL DEFAULT 0,
        retry_at REAL,
        error TEXT,
        closed_at REAL,
        payload TEXT NOT NULL DEFAULT '{}'
    ) STRICT
    """,
    """
    CREATE INDEX cards_of_deploy ON cards (deploy, kind)
    """,
    """
    CREATE UNIQUE INDEX living_card ON cards (deploy) WHERE kind = 'card' AND closed_at IS NULL
    """,
    # Messages that belong to no deploy. ``topic``: said once.
    """
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        topic TEXT UNIQUE,
        place TEXT NOT NULL CHECK (place IN ('deploys', 'alerts', 'security', 'board')),
        payload TEXT NOT NULL DEFAULT '{}',
        users TEXT NOT NULL DEFAULT '[]',
        roles TEXT NOT NULL DEFAULT '[]',
        channel TEXT,
        message TEXT UNIQUE,
        nonce TEXT NOT NULL UNIQUE,
        marker TEXT NOT NULL UNIQUE,
        screen INTEGER NOT NULL DEFAULT 1,
        drawn INTEGER NOT NULL DEFAULT 0,
        made_at REAL NOT NULL,
        sent_at REAL,
        tries INTEGER NOT NULL DEFAULT 0,
        retry_at REAL,
        error TEXT,
        closed_at REAL
    ) STRICT
    """,
)
