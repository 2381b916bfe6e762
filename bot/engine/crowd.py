"""Flood protection: one person asks the others for approval only so often (PRODUCT: approvals)."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from bot.engine.core import Core
from bot.errors import Refusal
from bot.ledger import deploys
from bot.model import Deploy

WINDOW = 600.0
"""Seconds for which a request that came to nothing still counts on its target."""


def judge(core: Core, db: Database, wanted: Deploy, asks: Callable[[Core, Deploy], bool], now: float) -> None:
    """Raises Refusal("too_many_requests"): in the confirm's own transaction, so that two at once are two.

    Counted are the person's open requests on all targets, and those on this target that were given up (cancelled,
    rejected, expired, displaced) within ``WINDOW``. What was approved and began is nobody's noise; a set asks once.
    """
    accounts = core.linked.get(wanted.requester, frozenset()) | {wanted.requester}
    known = [one for one in deploys.confirmed_by(db, accounts, now - WINDOW) if one.target in core.sites]
    counted = [one for one in known if one.started_at is None and not one.follows and asks(core, one)]
    waiting = [one for one in counted if one.settled_at is None]
    dropped = [one for one in counted if one.settled_at is not None and one.target == wanted.target]
    n, limit = len(waiting) + len(dropped), core.site(wanted.target).spec.policy.requests
    if n < limit:
        return
    ends = [(one.confirmed_at or now) + WINDOW for one in dropped] + [one.expires_at or now for one in waiting]
    left = max(min(ends) - now, 1.0)
    raise Refusal("too_many_requests", target=str(wanted.target), count=n, limit=limit, left=left)
