"""What was ordered, each try of it, and who agreed."""

from __future__ import annotations

TABLES = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE deploys (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        ulid TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        service TEXT NOT NULL,
        env TEXT NOT NULL,
        requester TEXT NOT NULL,
        requester_name TEXT NOT NULL,
        phase TEXT NOT NULL CHECK (phase IN ('planned', 'confirmed', 'awaiting', 'hold', 'starting', 'running',
                                             'verifying', 'watching', 'unknown', 'settled')),
        revision INTEGER NOT NULL DEFAULT 0,
        screen INTEGER NOT NULL DEFAULT 0,
        plan TEXT NOT NULL,
        digest TEXT NOT NULL,
        created_at REAL NOT NULL,
        confirmed_at REAL,
        expires_at REAL,
        hold_until REAL,
        started_at REAL,
        settled_at REAL,
        verdict TEXT,
        outcome TEXT,
        code TEXT,
        facts TEXT NOT NULL DEFAULT '{}',
        failure TEXT,
        health TEXT,
        evidence TEXT,
        downtime REAL,
        ended_by TEXT,
        ended_by_name TEXT,
        stop_asked INTEGER NOT NULL DEFAULT 0,
        verified_later TEXT,
        part_of INTEGER REFERENCES sets (id),
        leads TEXT NOT NULL DEFAULT '[]',
        CHECK ((phase = 'settled') = (verdict IS NOT NULL)),
        CHECK (confirmed_at IS NOT NULL OR phase IN ('planned', 'settled'))
    ) STRICT
    """,
    # The claim: one unfinished, confirmed deploy a target.
    """
    CREATE UNIQUE INDEX claim ON deploys (service, env) WHERE phase NOT IN ('planned', 'settled')
    """,
    """
    CREATE INDEX deploys_of_target ON deploys (service, env, confirmed_at)
    """,
    """
    CREATE TABLE attempts (
        id TEXT PRIMARY KEY,
        deploy INTEGER NOT NULL REFERENCES deploys (number),
        n INTEGER NOT NULL,
        direction TEXT NOT NULL CHECK (direction IN ('forward', 'restore')),
        attempt TEXT NOT NULL,
        intent_at REAL NOT NULL,
        ref TEXT,
        outcome TEXT,
        ended_at REAL,
        steps TEXT NOT NULL DEFAULT '[]',
        UNIQUE (deploy, n),
        CHECK ((outcome IS NULL) = (ended_at IS NULL))
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX open_attempt ON attempts (deploy) WHERE outcome IS NULL
    """,
    """
    CREATE TABLE votes (
        message TEXT NOT NULL,
        user TEXT NOT NULL,
        choice TEXT NOT NULL CHECK (choice IN ('approve', 'reject')),
        source TEXT NOT NULL CHECK (source IN ('reaction', 'button')),
        deploy INTEGER NOT NULL REFERENCES deploys (number),
        name TEXT NOT NULL,
        at REAL NOT NULL,
        counts TEXT,
        PRIMARY KEY (message, user, choice, source)
    ) STRICT
    """,
)
