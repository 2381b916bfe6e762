"""Nobody can tell: keep looking, ever more slowly. Evidence ends it, or a person by Settle; never green by itself."""

from __future__ import annotations

from bot.engine.core import Core
from bot.engine.running import look_once
from bot.engine.starting import open_attempt
from bot.engine.verdict import Ending, failed, settle
from bot.engine.waiting import move
from bot.engine.watching import Watching
from bot.errors import AdapterError
from bot.ledger import attempts, deploys
from bot.ledger.rows import NewPing
from bot.model import Absent, Attempt, AttemptRow, Deploy, Failure, Phase, Ref, Verdict
from bot.ports import Abandons

FIRST = 5.0


async def unknown(core: Core, deploy: Deploy) -> float:
    try:
        known = await look_again(core, deploy)
    except AdapterError:
        known = False
    if known or await _escalated(core, deploy):
        return 0.0
    return pause(core, deploy)


async def _escalated(core: Core, deploy: Deploy) -> bool:
    """Once, when the first page has brought nobody: the role is pinged too. True: it was just now."""
    since = core.now() - float(deploy.facts.get("unknown_since", core.now()))
    if since < core.deadlines.escalate_after or "escalated" in deploy.facts:
        return False
    await core.ledger.do(
        deploys.note,
        deploy.number,
        revision=deploy.revision,
        now=core.now(),
        actor="slipway",
        action="escalated",
        columns={"facts": {**deploy.facts, "escalated": True}},
        pings=[NewPing("escalated", {"code": deploy.code or ""})],
    )
    return True


def pause(core: Core, deploy: Deploy) -> float:
    """A tenth of the time that it is unknown already, within bounds."""
    since = core.now() - float(deploy.facts.get("unknown_since", core.now()))
    return min(max(FIRST, since / 10), core.deadlines.slowest_look)


async def look_again(core: Core, deploy: Deploy) -> bool:
    """One look. True: the row has moved on, because the platform answered. Raises AdapterError."""
    row = await open_attempt(core, deploy)
    if row is None:
        await settle(core, deploy, Ending(Verdict.CANCELLED, "never_started"))
        return True
    if row.ref is None:
        return await _find(core, deploy, row)
    watch = core.watching.setdefault(deploy.number, Watching(row.attempt.id, clock=core.monotonic))
    if await look_once(core, deploy, row, row.ref, watch) is None:
        return False
    await move(core, deploy, Phase.RUNNING, "found_again")
    return True


async def _find(core: Core, deploy: Deploy, row: AttemptRow) -> bool:
    site = core.site(deploy.target)
    found = await core.call("adapter.find", site.adapter.find(row.attempt), core.deadlines.call, site.spec.adapter)
    if isinstance(found, Ref):
        await core.ledger.do(
            attempts.adopt,
            row.attempt.id,
            found,
            number=deploy.number,
            phase=deploy.phase,
            revision=deploy.revision,
            now=core.now(),
        )
        return True
    return isinstance(found, Absent) and await _never_started(core, deploy, row.attempt)


async def _never_started(core: Core, deploy: Deploy, attempt: Attempt) -> bool:
    """Made impossible first, then settled: a command that arrives late must find that it may not work."""
    site = core.site(deploy.target)
    if not isinstance(site.adapter, Abandons):
        return False
    gone = await core.call("adapter.abandon", site.adapter.abandon(attempt), core.deadlines.call, site.spec.adapter)
    if not gone:
        return False
    await failed(core, deploy, attempt, Failure("never_started", "connect"), switched=False)
    return True
