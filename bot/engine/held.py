"""What a person may say of a deploy whose metric gave no clear answer: watch on, or keep it. Putting back is a stop."""

from __future__ import annotations

from bot.engine import watched
from bot.engine.core import Core
from bot.engine.verdict import Ending, settle
from bot.engine.watched import Watched
from bot.errors import Refusal
from bot.model import Deploy, Person, Phase, Running, Verdict
from bot.plan.facts import healthy, observe
from bot.policy import Verb


def _held(deploy: Deploy) -> Watched:
    """Raises Refusal: nobody is asked about this deploy now."""
    if deploy.phase is Phase.SETTLED:
        raise Refusal("already_over", deploy=deploy.number, verdict=deploy.verdict)
    state = watched.of(deploy)
    if deploy.phase is not Phase.WATCHING or state is None or state.held is None or deploy.stop_asked:
        raise Refusal("not_held", deploy=deploy.number)
    return state


async def watch_on(core: Core, deploy: Deploy, who: Person) -> Deploy:
    """Another time as long as the first. Nothing that was read before counts as a yes."""
    core.allow(Verb.RECHECK, who, deploy.target, deploy.requester)
    state, after = _held(deploy), deploy.plan.watch_after
    assert after is not None
    noted = await core.note(
        deploy,
        "watch_on",
        actor=who.id,
        facts={"left": after.for_},
        columns={"facts": watched.facts(deploy, state.again(after.for_, core.now()))},
    )
    memory = core.watching.get(deploy.number)
    if memory is not None:
        memory.counted = memory.clock()  # what went by while somebody was asked is not watched now
    core.wakes.poke(deploy.number)
    return noted


async def keep(core: Core, deploy: Deploy, who: Person, reason: str) -> Deploy:
    """Green on a person's word about the metric alone; what runs and whether it answers is looked at once more.

    The version is recorded as observed, not as verified: promotion does not take it.
    """
    core.allow(Verb.SETTLE, who, deploy.target)
    _held(deploy)
    if not reason.strip():
        raise Refusal("reason_needed")
    site = core.site(deploy.target)
    health = await healthy(site)
    seen = await observe(site)
    if not health.ok or not isinstance(seen, Running) or seen.version.id != deploy.plan.to_id:
        running = seen.version.label if isinstance(seen, Running) else None
        raise Refusal("still_unhealthy", status=health.status, error=health.error, running=running)
    ended = await settle(
        core,
        deploy,
        Ending(
            Verdict.SUCCEEDED,
            "kept_by_person",
            actor=who.id,
            actor_name=who.name,
            facts={"reason": reason.strip()},
            health=health,
            observed=deploy.to,
        ),
    )
    core.wakes.poke(deploy.number)
    return ended
