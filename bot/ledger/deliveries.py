"""Webhooks that were taken: a delivery counts once, however often it comes.

Its id is a header that nothing signs, so a replay may carry another one: the signed bytes are compared too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from bot.ledger import audit

KEPT = 7 * 86_400.0  # seconds; GitHub sends nothing again after three days
MOST = 20_000  # rows, whatever comes


def take(db: Database, source: str, delivery: str, event: str, digest: str, now: float) -> bool:
    """False: it was taken before. ``digest``: of the bytes that were signed."""
    db.execute("DELETE FROM deliveries WHERE at < ?", [float(now) - KEPT])
    taken = db.execute(
        "INSERT INTO deliveries (source, id, event, digest, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [source, delivery, event, digest, float(now)],
    )
    if taken.rowcount == 0:
        return False
    over = db.table("deliveries").count - MOST
    if over > 0:
        oldest = "SELECT rowid FROM deliveries ORDER BY at, rowid LIMIT ?"
        db.execute(f"DELETE FROM deliveries WHERE rowid IN ({oldest})", [over])  # noqa: S608 - ours
    return True


def note(
    db: Database,
    source: str,
    delivery: str,
    event: str,
    digest: str,
    now: float,
    *,
    action: str,
    facts: Mapping[str, Any],
) -> bool:
    """``take``, with its row in the audit log. False: it was taken and written before."""
    if not take(db, source, delivery, event, digest, now):
        return False
    audit.append(db, actor="slipway", action=action, now=now, facts=dict(facts))
    return True
