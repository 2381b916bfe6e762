"""What is known of a target, and what stands in its way."""

from __future__ import annotations

TABLES = (
    """
    CREATE TABLE versions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        version_id TEXT NOT NULL,
        version TEXT NOT NULL,
        how TEXT NOT NULL CHECK (how IN ('verified', 'observed', 'withdrawn')),
        at REAL NOT NULL,
        deploy INTEGER REFERENCES deploys (number),
        who TEXT
    ) STRICT
    """,
    """
    CREATE INDEX versions_of_target ON versions (service, env, version_id)
    """,
    """
    CREATE TABLE locks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT,
        env TEXT,
        owner TEXT NOT NULL,
        owner_name TEXT NOT NULL,
        reason TEXT NOT NULL,
        at REAL NOT NULL,
        until REAL,
        version TEXT,
        after_rollback INTEGER NOT NULL DEFAULT 0,
        ended_at REAL,
        ended_by TEXT,
        ended_by_name TEXT
    ) STRICT
    """,
    """
    CREATE TABLE freezes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        env TEXT,
        owner TEXT NOT NULL,
        reason TEXT NOT NULL,
        at REAL NOT NULL,
        until REAL,
        ended_at REAL,
        ended_by TEXT
    ) STRICT
    """,
)
