"""What is true after an attempt has ended badly, and the one commit that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot import metrics
from bot.engine.core import Core
from bot.engine.intent import intend
from bot.engine.moving import move
from bot.errors import AdapterError
from bot.ledger import deploys
from bot.ledger.rows import NewLock, NewPing
from bot.model import (
    Attempt,
    Deploy,
    Direction,
    Evidence,
    Failure,
    Health,
    Kind,
    Outcome,
    Phase,
    Release,
    Running,
    Unreadable,
    Verdict,
    Version,
)
from bot.plan import release
from bot.plan.facts import healthy, look

SETTLE_PINGS = {
    Verdict.REJECTED: "rejected",
    Verdict.EXPIRED: "expired",
    Verdict.SUPERSEDED: "superseded",
    Verdict.FAILED: "failed",
    Verdict.ROLLED_BACK: "auto_rolled_back",
}
"""Nobody is pinged for a success; a cancel tells its requester only when somebody else did it, and a set's rest is
told of by the one that stopped it."""


@dataclass(frozen=True)
class Ending:
    """A verdict with its facts; ``settle`` writes it."""

    verdict: Verdict
    code: str | None = None
    outcome: Outcome | None = None
    actor: str = "slipway"
    actor_name: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    health: Health | None = None
    evidence: Evidence | None = None
    downtime: float | None = None
    verified: Version | None = None
    observed: Version | None = None  # runs and answers, but a person vouches for it
    withdrawn: Version | None = None
    ran: Release | None = None  # what ran with it; None: it is looked at now
    lock: NewLock | None = None


async def settle(core: Core, deploy: Deploy, ending: Ending) -> Deploy:
    """Verdict, claim, versions, lock and announcements in one commit. Raises Lost when something else won."""
    put = ending.verified or ending.observed
    ran = ending.ran or (await release.read(core.site(deploy.target), put) if put else None)
    core.ended[deploy.target] = core.monotonic()
    settled = await core.ledger.do(
        deploys.settle,
        deploy.number,
        phase=deploy.phase,
        revision=deploy.revision,
        now=core.now(),
        actor=ending.actor,
        verdict=ending.verdict,
        outcome=ending.outcome,
        code=ending.code,
        facts={**deploy.facts, **ending.facts},
        failure=ending.failure,
        health=ending.health,
        evidence=ending.evidence,
        downtime=ending.downtime,
        ended_by=None if ending.actor == "slipway" else ending.actor,
        ended_by_name=ending.actor_name,
        verified=ending.verified,
        observed=ending.observed,
        withdrawn=ending.withdrawn,
        ran=ran,
        lock=ending.lock,
        pings=_pings(deploy, ending),
    )
    _measure(settled)
    return settled


def _measure(deploy: Deploy) -> None:
    if deploy.confirmed_at is None or deploy.verdict is None:
        return
    where, verdict = deploy.target, deploy.verdict.value
    metrics.DEPLOYS.labels(where.service, where.env, deploy.kind.value, verdict).inc()
    if deploy.plan.emergency:
        metrics.BREAK_GLASS.labels(where.service, where.env, verdict).inc()
    if deploy.started_at and deploy.settled_at:
        metrics.SECONDS.labels(where.service, where.env, verdict).observe(deploy.settled_at - deploy.started_at)


def _pings(deploy: Deploy, ending: Ending) -> list[NewPing]:
    kind = SETTLE_PINGS.get(ending.verdict)
    if ending.verdict is Verdict.CANCELLED and ending.actor != deploy.requester and ending.code != "set_stopped":
        kind = "cancelled"
    return [NewPing(kind, {"by": ending.actor_name or ""})] if kind else []


def locked_after_rollback(core: Core, deploy: Deploy, version: Version | None) -> NewLock | None:
    """Keeps the version that was left out (PRODUCT, step 8), where the policy wants it."""
    if version is None or not core.site(deploy.target).spec.policy.lock_after_rollback:
        return None
    return NewLock(deploy.requester, deploy.requester_name, "rollback", None, version, after_rollback=True)


async def failed(
    core: Core, deploy: Deploy, attempt: Attempt, failure: Failure, *, switched: bool, health: Health | None = None
) -> float:
    """Look at what is true now, then: put back by policy, hold as unknown, or settle red with the true title."""
    site = core.site(deploy.target)
    seen = await look(site)
    if isinstance(seen, Unreadable):
        return await to_unknown(core, deploy, seen.code, {**seen.facts, "failure": failure.code})
    if attempt.direction is Direction.FORWARD and isinstance(seen, Running) and not _ours(seen, attempt):
        await settle(core, deploy, Ending(Verdict.SUPERSEDED, "superseded_outside", failure=failure))
        return 0.0
    now_healthy = await healthy(site)
    old_serves = isinstance(seen, Running) and _is(seen, attempt.before) and now_healthy.ok
    facts = {
        "running": seen.version.label if isinstance(seen, Running) else None,
        "healthy": now_healthy.ok,
        "status": now_healthy.status,
    }
    if switched and puts_back(core, deploy, attempt):
        return await _restore(core, deploy, attempt, failure, health, facts)
    ending = _ending(deploy, attempt, failure, facts, health or now_healthy, old_serves=old_serves and not switched)
    await settle(core, deploy, ending)
    return 0.0


def _is(seen: Running, version: Version | None) -> bool:
    return version is not None and seen.version.id == version.id


def _ours(seen: Running, attempt: Attempt) -> bool:
    """What runs is what this deploy found or what it brought; a third version is somebody else's (INV8)."""
    return _is(seen, attempt.to) or _is(seen, attempt.before)


def _same_version(attempt: Attempt) -> bool:
    """A restart or redeploy: that the old *version* runs says nothing about the new *process*."""
    return attempt.before is not None and attempt.before.id == attempt.to.id and attempt.model is None


def puts_back(core: Core, deploy: Deploy, attempt: Attempt) -> bool:
    """Automatic rollback: by policy, or by whoever pressed Stop; only forward, only what this deploy changed."""
    if attempt.direction is Direction.RESTORE or attempt.before is None or _same_version(attempt):
        return False
    if deploy.kind is Kind.ROLLBACK and not deploy.stop_asked:
        return False
    known_good = deploy.plan.back is not None and deploy.plan.back.id == attempt.before.id
    return known_good and (core.site(deploy.target).spec.policy.auto_rollback or deploy.stop_asked)


async def _restore(
    core: Core, deploy: Deploy, attempt: Attempt, failure: Failure, health: Health | None, facts: Mapping[str, Any]
) -> float:
    """Attempt n+1 towards the version before, by the same code as any attempt. No new authority is needed."""
    noted = await core.note(
        deploy,
        "restoring",
        facts={**facts, "failure": failure.code},
        columns={"code": failure.code, "failure": failure, "health": health, "facts": {**deploy.facts, **facts}},
    )
    assert attempt.before is not None
    try:
        await intend(core, noted, Direction.RESTORE, attempt.to, attempt.before, ends="failed", undoes=attempt)
    except AdapterError as error:
        if error.retry:
            raise
        ending = Ending(Verdict.FAILED, error.code, Outcome.ROLLBACK, facts=noted.facts, failure=failure, health=health)
        await settle(core, noted, ending)
    return 0.0


def _ending(
    deploy: Deploy,
    attempt: Attempt,
    failure: Failure,
    facts: Mapping[str, Any],
    health: Health,
    *,
    old_serves: bool,
) -> Ending:
    if attempt.direction is Direction.RESTORE:
        outcome = Outcome.ROLLBACK
    elif old_serves:
        outcome = Outcome.UNTOUCHED
    elif deploy.kind is Kind.ROLLBACK:
        outcome = Outcome.ROLLBACK
    elif failure.code == "metric_broken" and facts["healthy"] and facts["running"] == deploy.to.label:
        outcome = Outcome.METRIC
    else:
        outcome = Outcome.FIRST if deploy.plan.first else Outcome.BROKEN
    stopped = deploy.stop_asked and outcome is Outcome.UNTOUCHED
    return Ending(
        Verdict.CANCELLED if stopped else Verdict.FAILED,
        code="stopped" if stopped else failure.code,
        outcome=None if stopped else outcome,
        actor=deploy.ended_by or "slipway" if stopped else "slipway",
        actor_name=deploy.ended_by_name if stopped else None,
        facts={**deploy.facts, **facts},
        failure=failure,
        health=health,
    )


async def to_unknown(core: Core, deploy: Deploy, code: str, facts: Mapping[str, Any]) -> float:
    """Holds the target and pages once. Nothing is retried and nothing is rolled back by it."""
    if deploy.phase is Phase.UNKNOWN and deploy.code == code:
        return pause(core, deploy)
    paged = "unknown_since" in deploy.facts
    since = deploy.facts.get("unknown_since", core.now())
    await move(
        core,
        deploy,
        Phase.UNKNOWN,
        "unknown",
        facts={**facts, "code": code},
        columns={"code": code, "facts": {**deploy.facts, **facts, "unknown_since": since}},
        pings=[] if paged else [NewPing("unknown", {"code": code})],
    )
    return pause(core, deploy)


def pause(core: Core, deploy: Deploy) -> float:
    """Seconds until an unknown deploy is looked at again: a tenth of the time that it is unknown, within bounds."""
    since = core.now() - float(deploy.facts.get("unknown_since", core.now()))
    return min(max(core.deadlines.look_again, since / 10), core.deadlines.slowest_look)
