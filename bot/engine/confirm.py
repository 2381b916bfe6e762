"""From a plan to the claim, if the plan is still what the person saw and nothing stands in its way."""

from __future__ import annotations

from collections.abc import Sequence

from bot import gates
from bot.engine.core import Core
from bot.engine.gating import question_of, refuse_shut
from bot.engine.noting import noting
from bot.engine.propose import about, displaces, free, needs_approval, propose
from bot.engine.verdict import Ending, settle
from bot.errors import Refusal
from bot.ledger import deploys
from bot.model import Deploy, GateAnswer, Kind, Lock, Order, Person, Phase, Plan, Verdict
from bot.plan import judged_again, moved
from bot.plan.facts import holds
from bot.policy import verb_of


async def confirm(core: Core, ulid: str, who: Person, *, kind: Kind | None = None, unlock: bool = False) -> Deploy:
    """Take the claim, if the plan is what the person saw. ``kind``: Restart or Redeploy of a version that runs."""
    core.awake()
    planned = await core.get(ulid)
    with about(_ordered(planned, who)):
        return await _confirm(core, planned, who, kind=kind, unlock=unlock)


def _ordered(planned: Deploy, who: Person) -> Order:
    plan = planned.plan
    return Order(
        planned.kind,
        planned.target,
        who.id,
        who.name,
        plan.wanted,
        plan.reason,
        emergency=plan.emergency,
        model=plan.model,
    )


async def _confirm(core: Core, planned: Deploy, who: Person, *, kind: Kind | None, unlock: bool) -> Deploy:
    theirs(core, planned, who)
    if kind is not None and kind is not planned.kind:
        planned = await _as(core, planned, kind, who)
    core.allow(verb_of(planned.plan), who, planned.target)
    if planned.plan.same:
        raise Refusal("same", target=str(planned.target), to=planned.to.label)
    core.seen[who.id] = who
    began = core.monotonic()
    plan = await unchanged(core, planned)
    release, passed = await in_the_way(core, planned, plan, who, unlock=unlock)
    answers = await gates_open(core, planned)
    deploy = await _claim(core, planned, release, passed, answers)
    core.judged[deploy.number] = began
    return deploy


def theirs(core: Core, planned: Deploy, who: Person) -> None:
    if planned.requester != who.id:
        raise Refusal("not_yours", who=planned.requester_name)
    if planned.phase is Phase.SETTLED and planned.confirmed_at is None:
        raise Refusal("plan_closed", ref=planned.ulid)
    if planned.phase is not Phase.PLANNED:
        raise Refusal("already_confirmed", deploy=planned.number)
    if core.over(planned.number, planned.plan.expires_at):
        raise Refusal("plan_expired", ref=planned.ulid)


async def _as(core: Core, planned: Deploy, kind: Kind, who: Person) -> Deploy:
    """The buttons under a plan whose version runs already: the other kind of order, about the very same version."""
    if not planned.plan.same:
        raise Refusal("stale", deploy=planned.number, ref=planned.ulid)
    order = Order(kind, planned.target, who.id, who.name, None, planned.plan.reason, planned.plan.emergency)
    other = await propose(core, order, who)
    if other.plan.to_id != planned.plan.to_id:
        raise Refusal("plan_changed", what=("from_id",), ref=other.ulid)
    return other


async def unchanged(core: Core, planned: Deploy) -> Plan:
    site, before = core.site(planned.target), core.before(planned.target)
    plan = await judged_again(core.ledger, site, planned, core.now(), resolve=True, before=before)
    what = moved(planned.plan, plan)
    if what:
        raise Refusal("plan_changed", what=what, ref=planned.ulid)
    return plan


async def in_the_way(
    core: Core, planned: Deploy, plan: Plan, who: Person, *, unlock: bool
) -> tuple[tuple[Lock, ...], tuple[Lock, ...]]:
    """(the locks that go with this confirm, the locks that on-call rolls back over). Raises Refusal otherwise."""
    found = await holds(core.ledger, core.site(planned.target).spec, core.now())
    release = gates.to_unlock(planned.kind, plan.to_id, found.locks) if unlock else ()
    oncall = core.is_on_call(who)
    gates.judge(
        planned.kind,
        planned.target,
        plan.to_id,
        found,
        oncall=oncall,
        unlocking=bool(release),
        emergency=plan.emergency,
    )
    passed = tuple(one for one in found.locks if not one.after_rollback)
    return release, passed


async def gates_open(core: Core, planned: Deploy) -> tuple[GateAnswer, ...]:
    """A card whose Confirm should not be there, or whose time has passed: refused with the reasons."""
    answers = await gates.ask(question_of(core, planned))
    refuse_shut(planned.target, answers)
    return answers


async def _claim(
    core: Core, planned: Deploy, release: Sequence[Lock], passed: Sequence[Lock], answers: Sequence[GateAnswer]
) -> Deploy:
    approval = core.site(planned.target).spec.policy.approve if needs_approval(core, planned) else None
    limit = approval.expires if approval else core.deadlines.unasked
    now = core.now()

    try:
        return await core.ledger.do(
            deploys.confirm,
            planned.number,
            now=now,
            expires_at=now + limit,
            displace=displaces(planned.plan),
            judge=noting(core, release, passed, answers, now, needs_approval if approval else None),
        )
    except Refusal as refusal:
        if refusal.code == "target_busy":
            await free(core, planned.plan)
        raise


async def close(core: Core, ulid: str, who: Person) -> None:
    """The person put the plan away: nothing was claimed, and its Confirm no longer works."""
    planned = await core.get(ulid)
    theirs(core, planned, who)
    await settle(core, planned, Ending(Verdict.CANCELLED, "closed", actor=who.id, actor_name=who.name))
