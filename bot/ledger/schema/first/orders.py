"""What people wait for, stand in for or sign, and what went out together."""

from __future__ import annotations

TABLES = (
    # Wishes of the queue: no plan, no claim, only what somebody wants when the target is free.
    """
    CREATE TABLE wishes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        ulid TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        wanted TEXT,
        reason TEXT,
        model TEXT,
        requester TEXT NOT NULL,
        requester_name TEXT NOT NULL,
        at REAL NOT NULL,
        calls INTEGER NOT NULL DEFAULT 0,
        missed INTEGER NOT NULL DEFAULT 0,
        called_at REAL,
        ended_at REAL,
        ended TEXT
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX one_wish ON wishes (service, env, requester) WHERE ended_at IS NULL
    """,
    # On call instead of the rotation.
    """
    CREATE TABLE overrides (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        user TEXT NOT NULL,
        user_name TEXT NOT NULL,
        since REAL NOT NULL,
        until REAL NOT NULL,
        by TEXT NOT NULL,
        at REAL NOT NULL,
        ended_at REAL
    ) STRICT
    """,
    # A break-glass deploy that a second person has yet to stand behind.
    """
    CREATE TABLE countersigns (
        deploy INTEGER PRIMARY KEY REFERENCES deploys (number),
        due REAL NOT NULL,
        signed_by TEXT,
        signed_by_name TEXT,
        signed_at REAL,
        overdue_at REAL,
        void_at REAL
    ) STRICT
    """,
    # What ran together: code, model and infrastructure of a version that was put on a target.
    """
    CREATE TABLE releases (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        version INTEGER NOT NULL UNIQUE REFERENCES versions (id),
        code TEXT NOT NULL,
        model TEXT,
        infra TEXT
    ) STRICT
    """,
    # Several promotions under one approval, done one after the other.
    """
    CREATE TABLE sets (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        ulid TEXT NOT NULL UNIQUE,
        env TEXT NOT NULL,
        requester TEXT NOT NULL,
        requester_name TEXT NOT NULL,
        digest TEXT NOT NULL,
        offered TEXT NOT NULL,
        members TEXT NOT NULL,
        left_out TEXT NOT NULL DEFAULT '[]',
        at REAL NOT NULL,
        confirmed_at REAL,
        ended_at REAL,
        ended TEXT
    ) STRICT
    """,
)
