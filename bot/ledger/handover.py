"""On call changed: what the incoming person must know, in one message; and whoever waits for approval asks them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from bot.ledger import audit, deploys, locks, meta, posts, shown
from bot.ledger.rows import NewPing
from bot.model import Deploy, Lock, Phase
from bot.oncall import Duty

KEY = "on_call"
NEWS = 86400.0  # seconds
TOLD = 8  # lines of each kind; the rest is counted


@dataclass(frozen=True)
class Change:
    """``moment``: since when ``duty`` holds. ``tell``: post the card. ``pages``: keys of targets that ping on-call."""

    duty: Duty
    role: str | None
    moment: float
    tell: bool
    pages: Collection[str]


def on_call(db: Database) -> str | None:
    """Who took over last, "" for the role; None: nobody ever looked."""
    return meta.recall(db, KEY)


def hand_over(db: Database, change: Change, now: float) -> bool:
    """False: whoever is on call took over already. All of it is one commit, so it is said once."""
    user, before = change.duty.user or "", on_call(db)
    if before == user:
        return False
    meta.remember(db, KEY, user)
    if before is None:
        return False
    facts = {"before": before, "user": user, "by": change.duty.by, "moment": change.moment, "told": change.tell}
    audit.append(db, actor="slipway", action="handed_over", now=now, facts=facts)
    waiting = [one for one in deploys.unfinished(db) if one.phase in (Phase.AWAITING, Phase.HOLD)]
    for deploy in waiting:
        if deploy.target.key in change.pages:
            shown.ping(db, deploy.number, NewPing("reaimed"), now)
    if change.tell:
        payload = {**facts, "role": change.role, "until": change.duty.until, **_news(db, waiting, now)}
        users = [user] if user else []
        posts.add(db, "handover", now=now, payload=payload, users=users, topic=f"handover:{change.moment:.0f}:{user}")
    return True


def _news(db: Database, waiting: Iterable[Deploy], now: float) -> Mapping[str, Any]:
    """Counted and listed: results to check, open locks, waiting approvals, the last day."""
    unknown = [_deploy(one) for one in deploys.unfinished(db) if one.phase is Phase.UNKNOWN]
    found = {
        "unknown": unknown,
        "locks": [_lock(one) for one in locks.all_locks(db, now)],
        "waiting": [_deploy(one) for one in waiting],
        "recent": [_deploy(one) for one in deploys.recent(db, since=now - NEWS, limit=100)],
    }
    return {name: {"n": len(lines), "lines": lines[:TOLD]} for name, lines in found.items()}


def _deploy(deploy: Deploy) -> Mapping[str, Any]:
    return {
        "id": deploy.number,
        "target": str(deploy.target),
        "kind": deploy.kind,
        "to": deploy.to.label,
        "phase": deploy.phase,
        "verdict": deploy.verdict,
        "expires": deploy.expires_at,
    }


def _lock(lock: Lock) -> Mapping[str, Any]:
    return {
        "service": lock.service,
        "env": lock.env,
        "who": lock.owner_name,
        "reason": lock.reason,
        "until": lock.until,
    }
