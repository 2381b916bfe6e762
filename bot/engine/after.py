"""What people do with a deploy that is under way or over: cancel, stop, look again, recheck, settle."""

from __future__ import annotations

from dataclasses import replace

from bot.engine import unknown
from bot.engine.core import Core
from bot.engine.starting import open_attempt
from bot.engine.verdict import Ending, puts_back, settle
from bot.errors import AdapterError, Refusal
from bot.ledger import attempts, deploys
from bot.model import BEFORE_INTENT, Deploy, Outcome, Person, Phase, Running, Step, Verdict
from bot.plan import release
from bot.plan.facts import healthy, observe
from bot.policy import Verb
from bot.ports import Stops

AFTER = (Phase.RUNNING, Phase.VERIFYING, Phase.WATCHING, Phase.STARTING)
SWITCHED = (Phase.VERIFYING, Phase.WATCHING)


async def cancel(core: Core, deploy: Deploy, who: Person) -> Deploy:
    """Before the intent. Raises Refusal("running") when it has begun: then stopping is another question."""
    core.allow(Verb.CANCEL, who, deploy.target, deploy.requester)
    if deploy.phase is Phase.SETTLED:
        raise Refusal("already_over", deploy=deploy.number, verdict=deploy.verdict)
    if deploy.phase is Phase.PLANNED:  # a private plan: nothing waits, and nothing was started
        raise Refusal("not_open", deploy=deploy.number, ref=deploy.ulid)
    begun = await core.ledger.read(attempts.of, deploy.number)
    if begun or deploy.phase not in BEFORE_INTENT:
        raise Refusal("running", deploy=deploy.number, ref=deploy.ulid)
    ended = await settle(core, deploy, Ending(Verdict.CANCELLED, "cancelled", actor=who.id, actor_name=who.name))
    core.wakes.poke(deploy.number)
    return ended


async def stop_effect(core: Core, deploy: Deploy, who: Person) -> str:
    """What stopping now leaves behind: "kept" (the previous version keeps running) or "put_back"."""
    core.allow(Verb.CANCEL, who, deploy.target, deploy.requester)
    steps = await _to_stop(core, deploy)
    return _leaves(deploy, steps)


def _leaves(deploy: Deploy, steps: tuple[Step, ...]) -> str:
    switched = any(step.code in ("switch", "restart") and step.started_at for step in steps)
    return "put_back" if switched or deploy.phase in SWITCHED else "kept"


async def _to_stop(core: Core, deploy: Deploy) -> tuple[Step, ...]:
    attempt = await open_attempt(core, deploy) if deploy.phase in AFTER else None
    if attempt is None:
        raise Refusal("already_over", deploy=deploy.number, verdict=deploy.verdict)
    to_the_end = deploy.phase in SWITCHED and not puts_back(core, _asked(deploy), attempt.attempt)
    stoppable = deploy.phase is Phase.WATCHING or isinstance(core.site(deploy.target).adapter, Stops)
    if to_the_end or not stoppable:
        raise Refusal("cannot_stop", target=str(deploy.target))
    return attempt.steps


def _asked(deploy: Deploy) -> Deploy:
    return replace(deploy, stop_asked=True)


async def stop(core: Core, deploy: Deploy, who: Person) -> Deploy:
    core.allow(Verb.CANCEL, who, deploy.target, deploy.requester)
    left = _leaves(deploy, await _to_stop(core, deploy))
    noted = await core.note(
        deploy,
        "stop_asked",
        actor=who.id,
        columns={
            "stop_asked": True,
            "ended_by": who.id,
            "ended_by_name": who.name,
            "facts": {**deploy.facts, "stop_effect": left},
        },
    )
    core.wakes.poke(deploy.number)
    return noted


async def look(core: Core, deploy: Deploy, who: Person) -> Deploy:
    """*Check again*: one look now, whatever the pace was."""
    core.allow(Verb.RECHECK, who, deploy.target, deploy.requester)
    if deploy.phase is not Phase.UNKNOWN:
        raise Refusal("already_over", deploy=deploy.number, verdict=deploy.verdict)
    if not await unknown.look_again(core, deploy):
        raise Refusal("still_unknown", deploy=deploy.number)
    core.wakes.poke(deploy.number)
    return await core.get(deploy.ulid)


async def settle_by_person(core: Core, deploy: Deploy, who: Person, reason: str) -> Deploy:
    """Ends an unknown, never green; a platform that answers overrules the person (PRODUCT, step 9)."""
    core.allow(Verb.SETTLE, who, deploy.target)
    if deploy.phase is not Phase.UNKNOWN:
        raise Refusal("already_over", deploy=deploy.number, verdict=deploy.verdict)
    if not reason.strip():
        raise Refusal("reason_needed")
    left = core.deadlines.settle_after - (core.now() - float(deploy.facts.get("unknown_since", core.now())))
    if left > 0:
        raise Refusal("too_early", left=left)
    if await _answers(core, deploy):
        core.wakes.poke(deploy.number)
        raise Refusal("reachable", deploy=deploy.number)
    deploy = await core.get(deploy.ulid)  # the look may have noted something
    ending = Ending(
        Verdict.FAILED,
        "settled_by_person",
        Outcome.UNKNOWN,
        who.id,
        who.name,
        {**deploy.facts, "reason": reason.strip()},
    )
    ended = await settle(core, deploy, ending)
    core.wakes.poke(deploy.number)
    return ended


async def _answers(core: Core, deploy: Deploy) -> bool:
    try:
        return await unknown.look_again(core, deploy)
    except AdapterError:
        return False


async def recheck(core: Core, deploy: Deploy, who: Person) -> Deploy:
    """*Run health check again* after a red card. With evidence: "verified later, by whom"; the verdict stays.

    Where a metric was to be watched it is only observed then: nobody has watched it to the end.
    """
    core.allow(Verb.RECHECK, who, deploy.target, deploy.requester)
    await _newest(core, deploy)
    if deploy.phase is not Phase.SETTLED or deploy.verdict is not Verdict.FAILED:
        raise Refusal("not_open", deploy=deploy.number, ref=deploy.ulid)
    unwatched = deploy.plan.watch_after is None
    site = core.site(deploy.target)
    health = await healthy(site)
    seen = await observe(site)
    await _newest(core, deploy)  # again: what was seen may be another deploy's doing
    if not health.ok or not isinstance(seen, Running) or seen.version.id != deploy.plan.to_id:
        running = seen.version.label if isinstance(seen, Running) else None
        raise Refusal("still_unhealthy", status=health.status, error=health.error, running=running)
    await _model_there(core, deploy)
    return await core.note(
        deploy,
        "verified_later",
        actor=who.id,
        facts={"status": health.status, "proof": seen.proof},
        columns={"verified_later": {"by": who.name, "at": core.now()}},
        verified=deploy.to if unwatched else None,
        observed=None if unwatched else deploy.to,
    )


async def _model_there(core: Core, deploy: Deploy) -> None:
    """Verified later is verified whole: with the model that was ordered."""
    if deploy.plan.model is None:
        return
    found = (await release.read(core.site(deploy.target), deploy.to)).model
    if found is None or found.id != deploy.plan.model:
        raise Refusal("another_model", wanted=deploy.plan.model, model=found.id if found else None)


async def _newest(core: Core, deploy: Deploy) -> None:
    newest = await core.ledger.read(deploys.latest, deploy.target)
    if newest is not None and newest.number > deploy.number:
        raise Refusal("stale", deploy=newest.number, ref=newest.ulid)
