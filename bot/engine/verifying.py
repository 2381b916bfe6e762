"""Green needs three things at once: the platform's end state, the running version read back, and health (INV6)."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.core import Core
from bot.engine.running import carried, judge, look_once, save_steps, silent, with_ours
from bot.engine.verdict import Ending, failed, locked_after_rollback, puts_back, settle, to_unknown
from bot.engine.watched import begin, to_watch
from bot.engine.watching import Watching
from bot.health import Trial
from bot.model import (
    Answer,
    Attempt,
    AttemptRow,
    Deploy,
    Direction,
    Evidence,
    Failure,
    Health,
    HealthCheck,
    Kind,
    Outcome,
    Progress,
    Ref,
    Status,
    StepState,
    Verdict,
    Version,
)
from bot.plan import release
from bot.plan.aside import together
from bot.plan.facts import probe

BETWEEN_CHECKS = 1.0  # seconds: how often the platform is asked, while health is, whether it failed meanwhile
UNPROVED = 5  # healthy answers without evidence that it takes at least before it counts as a failure
ENDED = (Status.DONE, Status.INTERRUPTED)


async def verifying(core: Core, deploy: Deploy) -> float:
    found = await carried(core, deploy)
    check = core.site(deploy.target).spec.health
    if found is None or check is None:
        return await to_unknown(core, deploy, "no_attempt", {})
    row, ref, watch = found
    if watch.trial is None:
        watch.trial = Trial(check, core.monotonic(), core.now())
    before = await _before(core, deploy, row, ref, watch)
    if before is None:
        return await silent(core, deploy, watch, "no_answer")
    if before.status not in ENDED:
        return await judge(core, deploy, row, watch, before)
    if _to_be_put_back(core, deploy, row.attempt):
        return await failed(core, deploy, row.attempt, Failure("stopped", "health"), switched=True)
    await save_steps(core, row, with_ours(before, StepState.RUNNING, StepState.TODO, watch))
    return await _ask(core, deploy, row, ref, watch, check, before)


def _to_be_put_back(core: Core, deploy: Deploy, attempt: Attempt) -> bool:
    """Whoever pressed Stop was told that the previous version is put back."""
    return deploy.stop_asked and deploy.facts.get("stop_effect") == "put_back" and puts_back(core, deploy, attempt)


async def _before(core: Core, deploy: Deploy, row: AttemptRow, ref: Ref, watch: Watching) -> Progress | None:
    """A look that is at most a second old: which instance will be answering, or did it crash meanwhile?"""
    if watch.last is not None and watch.clock() - watch.checked < BETWEEN_CHECKS and watch.last.evidence:
        return watch.last
    return await look_once(core, deploy, row, ref, watch)


async def _ask(
    core: Core, deploy: Deploy, row: AttemptRow, ref: Ref, watch: Watching, check: HealthCheck, before: Progress
) -> float:
    answer = await probe(core.site(deploy.target))
    assert watch.trial is not None
    health = watch.trial.judge(answer, core.monotonic())
    if health is None:
        return watch.trial.pause
    if not health.ok:
        return await _unhealthy(core, deploy, row, ref, watch, health)
    beside = release.read(core.site(deploy.target), row.attempt.to)  # no evidence: nothing may wait for it
    after, ran = await together(look_once(core, deploy, row, ref, watch), beside)
    if after is None:
        return await silent(core, deploy, watch, "no_answer")
    evidence = proof(row.attempt.to, before, after, answer, check)
    if isinstance(evidence, str):
        return await _unproved(core, deploy, row, watch, after, health, evidence)
    await save_steps(core, row, with_ours(after, StepState.DONE, StepState.DONE, watch))
    asked = to_watch(deploy, row.attempt)
    if asked is not None:
        return await begin(core, deploy, asked, watch, health, evidence, after.downtime)
    ending = green(core, deploy, row.attempt, health, evidence, after.downtime)
    await settle(core, deploy, replace(ending, ran=ran))
    return 0.0


def proof(to: Version, before: Progress, after: Progress, answer: Answer, check: HealthCheck) -> Evidence | str:
    """The evidence, or the code why there is none: read after the health answer, of the instance that gave it."""
    if after.status not in ENDED or after.evidence is None:
        return "no_evidence"
    if after.evidence.version != to.id:
        return "wrong_version"
    if before.evidence is None or before.evidence.instance != after.evidence.instance:
        return "instance_changed"
    if check.version is not None and not to.said_as(answer.version):
        return "wrong_version"
    return after.evidence


async def _unhealthy(core: Core, deploy: Deploy, row: AttemptRow, ref: Ref, watch: Watching, health: Health) -> float:
    last = await look_once(core, deploy, row, ref, watch) or watch.last or Progress(Status.DONE, switched=True)
    if last.status not in ENDED:
        return await judge(core, deploy, row, watch, last)
    await save_steps(core, row, with_ours(last, StepState.FAILED, StepState.TODO, watch))
    facts = {"status": health.status, "error": health.error, "tries": health.tries}
    failure = last.failure or Failure("health_failed", "health", facts, last.log)
    return await failed(core, deploy, row.attempt, failure, switched=last.switched, health=health)


async def _unproved(
    core: Core, deploy: Deploy, row: AttemptRow, watch: Watching, after: Progress, health: Health, code: str
) -> float:
    """It answers, but nobody can say that it is the new version: not green. Red when the time to start is over."""
    if after.status not in ENDED:
        return await judge(core, deploy, row, watch, after)
    watch.unproved += 1
    assert watch.trial is not None
    early = watch.clock() - watch.trial.began < watch.trial.check.start_within
    if after.failure is None and (early or watch.unproved < UNPROVED):
        return min(1.0, 0.2 * watch.unproved)
    await save_steps(core, row, with_ours(after, StepState.DONE, StepState.FAILED, watch))
    failure = after.failure or Failure(code, "verify", {}, after.log)
    return await failed(core, deploy, row.attempt, failure, switched=after.switched, health=health)


def another(left: Version | None, to: Version) -> Version | None:
    """Of a deploy that changed the model alone the code is as good as before."""
    return left if left and left.id != to.id else None


def green(
    core: Core, deploy: Deploy, attempt: Attempt, health: Health, evidence: Evidence, downtime: float | None
) -> Ending:
    """Forward: succeeded. A restore that proved healthy: rolled back, and what was left is withdrawn."""
    if attempt.direction is Direction.RESTORE:
        gone = another(attempt.before, attempt.to)
        return Ending(
            Verdict.ROLLED_BACK,
            code="stopped" if deploy.stop_asked else deploy.code,
            outcome=Outcome.AUTO,
            actor=deploy.ended_by or "slipway",
            actor_name=deploy.ended_by_name,
            facts=deploy.facts,
            failure=deploy.failure,
            health=health,
            evidence=evidence,
            downtime=downtime,
            verified=attempt.to,
            withdrawn=gone,
            lock=None if deploy.stop_asked else locked_after_rollback(core, deploy, gone),
        )
    left = another(deploy.plan.before or deploy.plan.left, attempt.to) if deploy.kind is Kind.ROLLBACK else None
    return Ending(
        Verdict.SUCCEEDED,
        health=health,
        evidence=evidence,
        downtime=downtime,
        verified=attempt.to,
        withdrawn=left,
        lock=locked_after_rollback(core, deploy, left),
    )
