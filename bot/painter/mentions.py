"""Who is pinged by which message: a pure rule (PRODUCT: the failure table, and "Pings" under Messages)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.model import Deploy, Mentions, Outcome
from bot.oncall import WhoIsOnCall

PAGES = frozenset({Outcome.BROKEN, Outcome.FIRST, Outcome.METRIC, Outcome.ROLLBACK, Outcome.UNKNOWN})
ESCALATES = frozenset({Outcome.ROLLBACK, Outcome.UNKNOWN})


def mentions(
    kind: str, deploy: Deploy, payload: Mapping[str, Any], *, oncall: WhoIsOnCall, page: bool, now: float
) -> Mentions:
    """``kind``: of the message, as in the ledger. ``page``: may this target ping on-call at all? ``now``: epoch."""
    match kind:
        case "card" | "reminder" | "reaimed":
            users, roles = oncall.to_ask(now, deploy.requester)
            return Mentions(users, roles) if page else Mentions()
        case "nudge" if page and not oncall.role:  # no role behind the person: they are asked once more
            return Mentions(*oncall.to_ask(now, deploy.requester))
        case "nudge":
            return Mentions(roles=_role(oncall)) if page else Mentions()
        case "lock_passed":
            return Mentions(_people([str(payload.get("owner", ""))]))
        case "cancelled" if deploy.ended_by == deploy.requester:
            return Mentions()
        case "failed" | "unknown" | "escalated" | "watch_held" | "watch_nag":
            return _trouble(kind, deploy, oncall, page=page, now=now)
    return Mentions(_people([deploy.requester]))


def _trouble(kind: str, deploy: Deploy, oncall: WhoIsOnCall, *, page: bool, now: float) -> Mentions:
    """On-call where a person must act; the role as well where nobody may sleep through it."""
    outcome = {"failed": deploy.outcome, "watch_held": Outcome.METRIC}.get(kind, Outcome.UNKNOWN)
    if not page or outcome not in PAGES:
        return Mentions(_people([deploy.requester]))
    duty = oncall.now(now)
    roles = _role(oncall) if outcome in ESCALATES or not duty else ()
    return Mentions(_people([deploy.requester, *duty]), roles)


def _role(oncall: WhoIsOnCall) -> tuple[str, ...]:
    return (oncall.role,) if oncall.role else ()


def _people(users: Iterable[str]) -> tuple[str, ...]:
    """Each once, and only what is an id: Discord refuses a whole message for one that is not."""
    return tuple(dict.fromkeys(user for user in users if user.isascii() and user.isdigit()))
