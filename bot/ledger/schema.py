"""The tables, one migration a change. A migration that has been released is never edited.

Plain SQL in the subset that PostgreSQL shares, beside STRICT, AUTOINCREMENT and the triggers.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("slipway")

_TABLES = (
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
    # Webhooks that were taken, so that none is taken twice: by its id, which nothing signs, and by what was signed.
    """
    CREATE TABLE deliveries (
        source TEXT NOT NULL,
        id TEXT NOT NULL,
        event TEXT NOT NULL,
        digest TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (source, id),
        UNIQUE (source, digest)
    ) STRICT
    """,
    """
    CREATE INDEX deliveries_by_age ON deliveries (at)
    """,
    """
    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        deploy INTEGER,
        ref TEXT UNIQUE,
        service TEXT,
        env TEXT,
        facts TEXT NOT NULL,
        state TEXT,
        prev TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE INDEX audit_of_deploy ON audit (deploy)
    """,
    """
    CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END
    """,
    """
    CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit rows are never removed'); END
    """,
)


@migrations(name="0001_ledger")
def ledger(db: Database) -> None:
    for statement in _TABLES:
        db.execute(statement)


# What is told to others (GitHub Deployments), in order for each deploy, after the commit that owes it.
_OUTBOX = (
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


@migrations(name="0002_outbox")
def outbox(db: Database) -> None:
    for statement in _OUTBOX:
        db.execute(statement)
