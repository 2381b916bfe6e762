"""Nobody can tell: keep looking, ever more slowly. Evidence ends it, or a person by Settle; never green by itself."""

from __future__ import annotations

from bot.engine.beginning import never_started
from bot.engine.core import Core, log
from bot.engine.moving import move
from bot.engine.running import look_once
from bot.engine.verdict import Ending, pause, settle
from bot.engine.watching import Watching
from bot.errors import Lost, SlipwayError
from bot.ledger import attempts
from bot.ledger.rows import NewPing
from bot.model import Absent, AttemptRow, Deploy, Phase, Progress, Ref, Status, Unreadable, Verdict
from bot.plan.facts import look
from bot.ports import Stops


async def unknown(core: Core, deploy: Deploy) -> float:
    if await _escalated(core, deploy):
        return 0.0
    try:
        known = await look_again(core, deploy)
    except Lost:
        raise
    except SlipwayError as error:
        log.info("still_unknown", deploy=deploy.number, error=str(error))
        known = False
    return 0.0 if known else pause(core, deploy)


async def _escalated(core: Core, deploy: Deploy) -> bool:
    """Once, when the first page has brought nobody: the role is pinged too. True: it was just now."""
    since = core.now() - float(deploy.facts.get("unknown_since", core.now()))
    if since < core.deadlines.escalate_after or "escalated" in deploy.facts:
        return False
    await core.note(
        deploy,
        "escalated",
        columns={"facts": {**deploy.facts, "escalated": True}},
        pings=[NewPing("escalated", {"code": deploy.code or ""})],
    )
    return True


async def look_again(core: Core, deploy: Deploy) -> bool:
    """One look. True: the row has moved on, because the platform's answer decides. Raises AdapterError."""
    rows = await core.ledger.read(attempts.of, deploy.number)
    if not rows:
        await settle(core, deploy, Ending(Verdict.CANCELLED, "never_started"))
        return True
    row = next((row for row in reversed(rows) if row.outcome is None), None)
    if row is None:
        return False
    if row.ref is None:
        return await _find(core, deploy, row)
    watch = core.watch(row.attempt)
    progress = await look_once(core, deploy, row, row.ref, watch)
    if progress is None or not await _decides(core, deploy, row, watch, progress):
        return False
    await move(core, deploy, Phase.RUNNING, "found_again")
    return True


async def _decides(core: Core, deploy: Deploy, row: AttemptRow, watch: Watching, progress: Progress) -> bool:
    """Not what goes on past its deadline and cannot be stopped; not a failure of which nobody sees what it left."""
    site = core.site(deploy.target)
    if progress.status is Status.RUNNING:
        stopped = watch.stop_sent is not None or not isinstance(site.adapter, Stops)
        return not stopped or watch.elapsed <= row.attempt.timeout
    if progress.status in (Status.DONE, Status.SUPERSEDED):
        return True
    return not isinstance(await look(site), Unreadable)


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
    return isinstance(found, Absent) and await never_started(core, deploy, row.attempt)
