"""From an order to a plan that its requester is shown. Until Confirm nothing but a planned row exists."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from bot import gates
from bot.engine.core import Core
from bot.errors import Refusal, concerning
from bot.ledger import deploys
from bot.model import Deploy, Kind, Order, Person, Phase, Plan
from bot.plan import Drawn, draw, release
from bot.plan.facts import holds
from bot.policy import REASON, says_why, verb_of


async def propose(core: Core, order: Order, who: Person) -> Deploy:
    """A planned row. Raises Refusal or AdapterError; a refusal leaves nothing behind."""
    return await record(core, await look(core, order, who))


async def look(core: Core, order: Order, who: Person, *, unlocking: bool = True) -> Drawn:
    """Everything of a plan but its number. ``unlocking``: its own confirm may release what a rollback left."""
    core.awake()
    core.site(order.target)
    with about(order):
        return await _look(core, order, who, unlocking=unlocking)


def about(order: Order) -> AbstractContextManager[None]:
    """All that is needed to ask for the same again. Break-glass is for now, or not at all."""
    asked = {"kind": order.kind.value, "wanted": order.wanted, "reason": order.reason, "model": order.model}
    return concerning(order.target.service, order.target.env, **({} if order.emergency else {"order": asked}))


async def _look(core: Core, order: Order, who: Person, *, unlocking: bool) -> Drawn:
    core.allow(verb_of(order), who, order.target)
    if order.emergency and not says_why(order.reason):
        raise Refusal("emergency_reason", least=REASON)
    site = core.site(order.target)
    if order.model is not None:
        release.judge(site, order.model)
    await free(core, order)
    drawn = await draw(core.ledger, site, order, core.now(), before=core.before(order.target))
    if drawn.order.kind is not order.kind:
        core.allow(verb_of(drawn.order), who, order.target)
    await _open(core, drawn.order, who, drawn.to.id, unlocking=unlocking)
    return replace(drawn, lives=core.deadlines.plan)


async def record(core: Core, drawn: Drawn) -> Deploy:
    planned = await core.ledger.do(deploys.plan, drawn.order, drawn.plan, core.now())
    core.left(planned.number, planned.plan.expires_at)
    return planned


def displaces(order: Order | Plan) -> bool:
    """Only a rollback or break-glass takes the place of a deploy that has no intent yet."""
    return order.kind is Kind.ROLLBACK or order.emergency


async def free(core: Core, order: Order | Plan) -> None:
    """Raises Refusal("target_busy") with holder and estimate.

    Of a deploy whose result nobody can read it is not true that it runs: "result_unknown".
    """
    target = order.target
    holder = await core.ledger.read(deploys.open_on, target)
    if holder is None or (displaces(order) and holder.started_at is None):
        return
    if holder.phase is Phase.UNKNOWN:
        raise Refusal(
            "result_unknown", target=str(target), deploy=holder.number, who=holder.requester_name, ref=holder.ulid
        )
    raise Refusal(
        "target_busy",
        target=str(target),
        deploy=holder.number,
        who=holder.requester_name,
        holder_phase=holder.phase.value,
        **await _until(core, holder),
    )


async def _until(core: Core, holder: Deploy) -> dict[str, Any]:
    """The estimate; or that it is being watched, which people can end and which may wait for them."""
    if holder.phase is Phase.WATCHING:
        return {"verb": "watching"}
    left = await _left(core, holder)
    return {} if left is None else {"left": left}


async def _left(core: Core, holder: Deploy) -> float | None:
    """Seconds until the target is free, by what is usual. None: it waits for people, or nobody can tell."""
    asks = holder.phase in (Phase.AWAITING, Phase.HOLD) or (holder.started_at is None and needs_approval(core, holder))
    usual = await core.ledger.read(deploys.usual, holder.target, holder.kind)
    if asks or holder.phase is Phase.UNKNOWN or usual.seconds is None:
        return None
    begun = core.now() if holder.started_at is None else holder.started_at
    return max(usual.seconds - (core.now() - begun), 1.0)


async def _open(core: Core, order: Order, who: Person, to_id: str, *, unlocking: bool) -> None:
    """A lock that this order's own confirm may release is no reason to hide the plan."""
    found = await holds(core.ledger, core.site(order.target).spec, core.now())
    unlocking = unlocking and bool(gates.to_unlock(order.kind, to_id, found.locks))
    gates.judge(
        order.kind,
        order.target,
        to_id,
        found,
        oncall=core.is_on_call(who),
        unlocking=unlocking,
        emergency=order.emergency,
    )


async def replan(core: Core, ulid: str, who: Person) -> Deploy:
    """The same options, looked at anew, for whoever asks (the requester of an expired or changed plan)."""
    old = await core.get(ulid)
    plan = old.plan
    order = Order(old.kind, old.target, who.id, who.name, plan.wanted, plan.reason, plan.emergency, plan.model)
    return await propose(core, order, who)


async def to_version(core: Core, ulid: str, who: Person, kind: Kind) -> Deploy:
    """*Try again* and *Roll back*: a new private plan aimed by an old deploy."""
    old = await core.get(ulid)
    if kind is Kind.ROLLBACK:
        await _not_stale(core, old)
    plan = old.plan
    wanted = None if kind in (Kind.ROLLBACK, Kind.PROMOTE) else plan.to_id
    order = Order(kind, old.target, who.id, who.name, wanted, plan.reason)
    if kind is not Kind.ROLLBACK:
        order = replace(order, emergency=plan.emergency, model=plan.model)
    return await propose(core, order, who)


async def _not_stale(core: Core, old: Deploy) -> None:
    newest = await core.ledger.read(deploys.latest, old.target)
    if newest is not None and newest.number > old.number:
        raise Refusal("stale", deploy=newest.number, ref=newest.ulid)


def needs_approval(core: Core, deploy: Deploy) -> bool:
    """Never for a rollback to a verified version: the role and one own confirm, nothing else (PRODUCT, step 8).

    Nor for break-glass, which owes a second person's word afterwards instead.
    """
    return deploy.kind is not Kind.ROLLBACK and not deploy.plan.emergency and core.approval(deploy) is not None
