"""What is known of a target since a version was put there: what came after it, and what shook it."""

from __future__ import annotations

from sqlite_utils import Database

from bot.ledger import codec, deploys
from bot.ledger.rows import Standing, Trouble
from bot.model import Known, Target, Version

EVENTS, TROUBLES = 200, 50  # the newest; what is older counts as not known

_LEFT = """
    SELECT settled_at AS at, CASE verdict WHEN 'rolled_back' THEN 'put_back' ELSE 'left' END AS code, number
    FROM deploys WHERE service = ? AND env = ? AND started_at IS NOT NULL
    AND verdict IN ('failed', 'rolled_back', 'superseded') AND coalesce(outcome, '') <> 'untouched'
    ORDER BY number DESC LIMIT ?
"""
_SEEN = """
    SELECT at, action AS code, NULL AS number FROM audit WHERE service = ? AND env = ?
    AND action IN ('drift', 'unhealthy', 'well_again') ORDER BY seq DESC LIMIT ?
"""


def of(db: Database, target: Target) -> Standing:
    where = [target.service, target.env]
    rows = db.table("versions").rows_where("service = ? AND env = ?", where, order_by="id DESC", limit=EVENTS)
    events = [
        Known(codec.from_json(Version, row["version"]), row["how"], row["at"], row["deploy"], row["who"])
        for row in rows
    ]
    troubles = [
        Trouble(row["at"], row["code"], row["number"])
        for sql in (_LEFT, _SEEN)
        for row in db.query(sql, [*where, TROUBLES])
    ]
    found = deploys.open_on(db, target)
    busy = found.number if found and found.started_at is not None else None
    return Standing(tuple(events), tuple(sorted(troubles, reverse=True, key=lambda one: one.at)), busy)
