"""After the start: one look at a time, until the platform says that the attempt has ended."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.core import Core, log
from bot.engine.moving import move
from bot.engine.starting import open_attempt
from bot.engine.verdict import Ending, failed, settle, to_unknown
from bot.engine.watching import Watching
from bot.errors import AdapterError
from bot.ledger import attempts
from bot.model import (
    AttemptRow,
    Deploy,
    Direction,
    Failure,
    Phase,
    Progress,
    Ref,
    Status,
    Step,
    StepState,
    Verdict,
)
from bot.ports import Stops

AFTER_STOP = 30.0  # seconds for a stopped attempt to end before nobody can tell
OURS = (Step("health"), Step("verify"))


async def running(core: Core, deploy: Deploy) -> float:
    found = await carried(core, deploy)
    if found is None:
        return await to_unknown(core, deploy, "no_attempt", {})
    row, ref, watch = found
    await _stop_if_asked(core, deploy, row, ref, watch)
    progress = await look_once(core, deploy, row, ref, watch)
    if progress is None:
        return await silent(core, deploy, watch, "no_answer")
    await save_steps(core, row, (*progress.steps, *OURS))
    return await judge(core, deploy, row, watch, progress)


async def carried(core: Core, deploy: Deploy) -> tuple[AttemptRow, Ref, Watching] | None:
    row = await open_attempt(core, deploy)
    if row is None or row.ref is None:
        return None
    return row, row.ref, core.watch(row.attempt)


async def look_once(core: Core, deploy: Deploy, row: AttemptRow, ref: Ref, watch: Watching) -> Progress | None:
    """One bounded look; None: the platform did not answer. What can never answer raises."""
    site = core.site(deploy.target)
    try:
        progress = await core.call(
            "adapter.check", site.adapter.check(row.attempt, ref), core.deadlines.look, site.spec.adapter
        )
    except AdapterError as error:
        if error.retry:
            return None
        raise
    watch.seen(progress)
    return progress


async def silent(core: Core, deploy: Deploy, watch: Watching, code: str) -> float:
    if watch.silence >= core.deadlines.unknown_after:
        return await to_unknown(core, deploy, code, {"seconds": int(watch.silence)})
    return watch.slower()


async def save_steps(core: Core, row: AttemptRow, steps: tuple[Step, ...]) -> None:
    if steps != row.steps:
        await core.ledger.do(attempts.steps, row.attempt.id, steps, core.now())


async def _stop_if_asked(core: Core, deploy: Deploy, row: AttemptRow, ref: Ref, watch: Watching) -> None:
    """A person's stop, or the attempt's own deadline. Asked once per process; the platform takes it as often.

    What puts the old version back is not what the person wanted stopped.
    """
    site, kind = core.site(deploy.target), deploy.plan.adapter
    asked = deploy.stop_asked and row.attempt.direction is Direction.FORWARD
    late = watch.elapsed > row.attempt.timeout
    if watch.stop_sent is not None or not (asked or late) or not isinstance(site.adapter, Stops):
        return
    try:
        await core.call("adapter.stop", site.adapter.stop(row.attempt, ref), core.deadlines.call, kind)
    except AdapterError as error:
        log.warning("stop_unanswered", attempt=row.attempt.id, error=str(error))
        if error.retry:
            return
    watch.stop_sent = core.monotonic()


async def judge(core: Core, deploy: Deploy, row: AttemptRow, watch: Watching, progress: Progress) -> float:
    """What one look says of the attempt, while it runs as while it is verified."""
    attempt = row.attempt
    match progress.status:
        case Status.RUNNING:
            return await _still_running(core, deploy, row, watch)
        case Status.DONE:
            await move(core, deploy, Phase.VERIFYING, "effect_done")
            return 0.0
        case Status.SUPERSEDED:
            await settle(core, deploy, Ending(Verdict.SUPERSEDED, "superseded_outside", failure=progress.failure))
            return 0.0
        case Status.INTERRUPTED if progress.evidence and progress.evidence.version == attempt.to.id:
            await move(core, deploy, Phase.VERIFYING, "effect_interrupted")
            return 0.0
        case _:
            failure = progress.failure or Failure(ended_as(deploy, progress), "")
            return await failed(core, deploy, attempt, failure, switched=progress.switched)


def ended_as(deploy: Deploy, progress: Progress) -> str:
    if progress.status is Status.STOPPED:
        return "stopped" if deploy.stop_asked else "timed_out"
    return "interrupted" if progress.status is Status.INTERRUPTED else "failed"


async def _still_running(core: Core, deploy: Deploy, row: AttemptRow, watch: Watching) -> float:
    late = watch.elapsed - row.attempt.timeout
    waited = late if watch.stop_sent is None else core.monotonic() - watch.stop_sent
    if late > 0 and waited > AFTER_STOP:
        return await to_unknown(core, deploy, "timed_out", {"seconds": int(watch.elapsed)})
    return watch.slower(watch.last.again if watch.last else None)


def with_ours(progress: Progress, health: StepState, verify: StepState, watch: Watching) -> tuple[Step, ...]:
    """The adapter's steps, then the two that are the engine's own."""
    began = watch.trial.wall if watch.trial else None
    seconds = watch.clock() - watch.trial.began if watch.trial and health is not StepState.RUNNING else None
    return (
        *progress.steps,
        replace(OURS[0], state=health, started_at=began, seconds=round(seconds, 1) if seconds is not None else None),
        replace(OURS[1], state=verify),
    )
