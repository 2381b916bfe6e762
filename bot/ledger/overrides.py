"""Who is on call instead of the rotation, as people said with /oncall. A row with its end; ended early by a person.

Both give deploys without an intent a new revision, as a lock does: a start that was judged while somebody else was on
call comes second (SAFETY, INV3).
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, codec
from bot.ledger.deploy_rows import judge_again
from bot.ledger.locks import ALL
from bot.ledger.rows import Override

KEPT = 86400.0
"""Seconds for which an override that is over is still read, so that a handover is told with its moment."""


def put(db: Database, *, user: str, user_name: str, until: float, by: str, now: float) -> Override:
    """From now on, until ``until`` (epoch seconds)."""
    row = {"user": user, "user_name": user_name, "since": float(now), "until": until, "by": by, "at": float(now)}
    made = codec.insert(db, "overrides", row)
    facts = {"override": made, **row}
    audit.append(db, actor=by, action="override_set", now=now, service=ALL, env=ALL, facts=facts)
    _concern(db, by, now, made)
    return _override(db, made)


def end(db: Database, override: int, *, by: str, now: float) -> Override:
    """Raises Refusal("no_override") when it does not hold any more."""
    found = get(db, override)
    if found is None or found.ended_at is not None or found.until <= now:
        raise Refusal("no_override")
    db.table("overrides").update(override, {"ended_at": float(now)})
    facts = {"override": override, "user": found.user}
    audit.append(db, actor=by, action="override_ended", now=now, service=ALL, env=ALL, facts=facts)
    _concern(db, by, now, override)
    return _override(db, override)


def recent(db: Database, now: float) -> list[Override]:
    """Those that hold, will hold, or were over within the last day; in the order in which they were said."""
    rows = db.table("overrides").rows_where("coalesce(ended_at, until) > ?", [now - KEPT], order_by="id")
    return [Override(**row) for row in rows]


def get(db: Database, override: int) -> Override | None:
    rows: list[dict[str, Any]] = list(db.table("overrides").rows_where("id = ?", [override]))
    return Override(**rows[0]) if rows else None


def _concern(db: Database, by: str, now: float, override: int) -> None:
    judge_again(db, "1 = 1", [], now=now, actor=by, action="judged_again", facts={"override": override})


def _override(db: Database, override: int) -> Override:
    found = get(db, override)
    assert found is not None, f"override {override} was just written"
    return found
