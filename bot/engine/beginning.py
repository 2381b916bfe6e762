"""From an intent on disk to its effect: found, begun once, or known never to begin. Never a blind repeat."""

from __future__ import annotations

from bot.engine.core import Core, log
from bot.engine.verdict import failed, to_unknown
from bot.engine.watching import Watching
from bot.errors import AdapterError
from bot.ledger import attempts
from bot.model import Absent, Attempt, AttemptRow, Deploy, Direction, Failure, Ref, Unclear
from bot.ports import Abandons

TRY_AGAIN = 3.0
NEVER_STARTED = Failure("never_started", "connect")


async def begin(core: Core, deploy: Deploy, row: AttemptRow, *, fresh: bool = False) -> float:
    """An intent is on disk: find its effect, or begin it, or say that nobody can tell. Never a blind repeat."""
    site, attempt, kind = core.site(deploy.target), row.attempt, deploy.plan.adapter
    watch = core.watch(attempt)
    found: Ref | Absent | Unclear = Absent()
    asked = False
    try:
        if not fresh:
            found = await core.call("adapter.find", site.adapter.find(attempt), core.deadlines.call, kind)
        if isinstance(found, Absent) and _too_old(core, watch, attempt, fresh=fresh):
            return await _let_go(core, deploy, row)
        if isinstance(found, Absent):
            asked = True
            found = await core.call("adapter.start", site.adapter.start(attempt), core.deadlines.call, kind)
            watch.begins()
    except AdapterError as error:
        log.warning("start_unanswered", attempt=attempt.id, error=str(error))
        if asked and not error.retry and await _said_no(core, deploy, attempt, error):
            return 0.0
        return await _wait_or_unknown(core, deploy, row, error.code, dict(error.facts), retry=error.retry)
    if isinstance(found, Unclear):
        return await _wait_or_unknown(core, deploy, row, found.code, dict(found.facts), retry=True)
    await core.ledger.do(
        attempts.adopt,
        attempt.id,
        found,
        number=deploy.number,
        phase=deploy.phase,
        revision=deploy.revision,
        now=core.now(),
    )
    return 0.0


def _too_old(core: Core, watch: Watching, attempt: Attempt, *, fresh: bool) -> bool:
    """The bot was away for long after the intent: the authority behind it was for then (INV3).

    Putting the old version back needs no authority and is never too late.
    """
    forward = attempt.direction is Direction.FORWARD
    return forward and not fresh and watch.elapsed > core.deadlines.intent_counts


async def _let_go(core: Core, deploy: Deploy, row: AttemptRow) -> float:
    if await never_started(core, deploy, row.attempt):
        return 0.0
    return await to_unknown(core, deploy, "never_started", {})


async def _said_no(core: Core, deploy: Deploy, attempt: Attempt, error: AdapterError) -> bool:
    """The platform refuses this start for good. Where nothing of it is in the world, its word is the reason."""
    site = core.site(deploy.target)
    try:
        found = await core.call("adapter.find", site.adapter.find(attempt), core.deadlines.call, site.spec.adapter)
        refused = Failure(error.code, "start", error.facts)
        return isinstance(found, Absent) and await never_started(core, deploy, attempt, refused)
    except AdapterError:
        return False


async def never_started(core: Core, deploy: Deploy, attempt: Attempt, why: Failure = NEVER_STARTED) -> bool:
    """Made impossible first, then settled: a command that arrives late must find that it may not work.

    False: it could not be made impossible, or nobody can tell what runs.
    """
    site = core.site(deploy.target)
    if not isinstance(site.adapter, Abandons):
        return False
    gone = await core.call("adapter.abandon", site.adapter.abandon(attempt), core.deadlines.call, site.spec.adapter)
    return gone and not await failed(core, deploy, attempt, why, switched=False)


async def _wait_or_unknown(
    core: Core, deploy: Deploy, row: AttemptRow, code: str, facts: dict[str, object], *, retry: bool
) -> float:
    """Unknown within a minute of silence; at once where trying again cannot help."""
    if retry and core.watch(row.attempt).silence < core.deadlines.unknown_after:
        return TRY_AGAIN
    return await to_unknown(core, deploy, code, facts)
