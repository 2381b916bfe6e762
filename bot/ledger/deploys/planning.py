"""From a plan to the claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, codec, countersigns, sets, shown, wishes
from bot.ledger.deploy_rows import change, existing
from bot.ledger.deploys.reading import open_on
from bot.ledger.rows import NewPing
from bot.ledger.ulid import ulid
from bot.model import BEFORE_INTENT, Deploy, Order, Phase, Plan, Verdict

KEPT = 86_400.0  # seconds that an unconfirmed plan stays, so that its buttons can say why they no longer work


def plan(db: Database, order: Order, build: Callable[[int, str], Plan], now: float) -> Deploy:
    """A planned row under a new number, which is never used again. ``build(number, ulid)`` makes the plan for it."""
    made = ulid(now)
    row = {
        "ulid": made,
        "kind": order.kind,
        "service": order.target.service,
        "env": order.target.env,
        "requester": order.requester,
        "requester_name": order.requester_name,
        "phase": Phase.PLANNED,
        "plan": "null",
        "digest": "",
        "created_at": float(now),
    }
    number = codec.insert(db, "deploys", row)
    built = build(number, made)
    filled = codec.columns({"plan": built, "digest": built.digest})
    db.execute("UPDATE deploys SET plan = ?, digest = ? WHERE number = ?", [*filled.values(), number])
    audit.append(db, actor=order.requester, action="planned", now=now, deploy=number, facts=_asked(order, built))
    return existing(db, number)


def _asked(order: Order, built: Plan) -> dict[str, Any]:
    return {
        "kind": order.kind.value,
        "wanted": order.wanted,
        "reason": order.reason,
        "from": built.from_id,
        "to": built.to_id,
        "before": built.origin.env if built.origin else None,
        **({"answers": built.answers} if built.answers else {}),
        **({"emergency": True} if built.emergency else {}),
        **({"model": built.model} if built.model else {}),
    }


def confirm(
    db: Database,
    number: int,
    *,
    now: float,
    expires_at: float | None,
    displace: bool,
    judge: Callable[[Database, Deploy], None] | None = None,
    part_of: int | None = None,
    leads: Sequence[str] = (),
) -> Deploy:
    """Takes the claim and makes the card's row. ``judge`` may refuse in the same transaction (policy, locks).

    ``part_of``: a set of promotions; its first one ``leads`` the other services.

    Raises Refusal: unknown_deploy, plan_closed, already_confirmed, target_busy (deploy, who, holder_phase, since).
    """
    found = existing(db, number)
    _still_planned(found)
    if judge is not None:
        judge(db, found)
    holder = open_on(db, found.target)
    if holder is not None:
        _displace(db, holder, found, now) if displace and _unbegun(holder) else _busy(holder)
    columns = {"phase": Phase.CONFIRMED, "confirmed_at": float(now), "expires_at": expires_at}
    columns |= {"part_of": part_of, "leads": list(leads)}
    when = (Phase.PLANNED, found.revision)
    facts = {"expires_at": expires_at, "displaced": holder.number if holder else None}
    deploy = change(db, number, when, columns, now=now, actor=found.requester, action="confirmed", facts=facts)
    shown.add_card(db, number, now)
    wishes.granted(db, deploy, now)
    return deploy


def _still_planned(found: Deploy) -> None:
    if found.phase is Phase.SETTLED and found.confirmed_at is None:
        raise Refusal("plan_closed", ref=found.ulid)
    if found.phase is not Phase.PLANNED:
        raise Refusal("already_confirmed", deploy=found.number, ref=found.ulid)


def _unbegun(holder: Deploy) -> bool:
    return holder.phase in BEFORE_INTENT and holder.started_at is None


def _busy(holder: Deploy) -> None:
    raise Refusal(
        "target_busy",
        deploy=holder.number,
        ref=holder.ulid,
        target=str(holder.target),
        who=holder.requester_name,
        holder_phase=holder.phase.value,
        since=holder.confirmed_at,
    )


def _displace(db: Database, holder: Deploy, winner: Deploy, now: float) -> None:
    """Only what has no intent yet. In the winner's transaction, so that the target is never without a claim."""
    facts = {"by": winner.number, "who": winner.requester_name}
    columns = {
        "phase": Phase.SETTLED,
        "settled_at": float(now),
        "verdict": Verdict.SUPERSEDED,
        "code": "superseded",
        "facts": facts,
        "ended_by": winner.requester,
        "ended_by_name": winner.requester_name,
    }
    when = (holder.phase, holder.revision)
    told = NewPing("superseded", facts)
    by = winner.requester
    ended = change(db, holder.number, when, columns, now=now, actor=by, action="settled", facts=facts, pings=[told])
    countersigns.void(db, ended, now)


def sweep(db: Database, now: float, *, older_than: float = KEPT) -> int:
    """Forgets plans that nobody confirmed within a day (seconds). How many."""
    where = "confirmed_at IS NULL AND created_at <= ?"
    old = [row["number"] for row in db.table("deploys").rows_where(where, [now - older_than], select="number")]
    sets.sweep(db, now - older_than)
    for number in old:
        audit.append(db, actor="slipway", action="swept", now=now, deploy=number)
        db.table("deploys").delete(number)
    return len(old)
