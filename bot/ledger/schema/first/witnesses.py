"""What was taken from outside, and the audit chain."""

from __future__ import annotations

TABLES = (
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
