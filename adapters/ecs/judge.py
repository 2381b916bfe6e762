"""From one snapshot of a service to ``Progress``. A service that is stable is not therefore deployed.

With rollback by the circuit breaker a service becomes stable on the revision before; only the PRIMARY deployment says
whose it is (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from adapters.ecs.answers import Registered, Task
from adapters.ecs.look import Look
from adapters.ecs.revision import short
from adapters.ecs.steps import steps
from adapters.ecs.telling import telling, words
from bot.model import Evidence, Failure, Progress, Status

APPEARS = 60.0  # seconds in which DescribeServices may still show what was before our update


def progress(look: Look) -> Progress:
    status, failure = _judged(look)
    evidence = _evidence(look) if status is Status.DONE else None
    return Progress(
        status,
        steps(look, over=status is not Status.RUNNING),
        switched=_switched(look, status),
        evidence=evidence,
        failure=failure,
        log=look.log,
    )


def _judged(look: Look) -> tuple[Status, Failure | None]:
    if look.service.status != "ACTIVE":
        return Status.FAILED, Failure("service_gone", "tasks", {"service": look.service.name}, look.log)
    if look.leads:
        return _leading(look)
    if look.goes_back and look.asked and not look.tripped:
        return _stopping(look)
    if look.reverts or (look.goes_back and look.failed):
        return _rolled_back(look)
    primary = look.service.primary
    same = primary is not None and short(primary.revision) == look.replaced
    if same and look.mine is None and not (look.failed or look.shown) and look.now - look.began < APPEARS:
        return Status.RUNNING, None
    facts = {"revision": short(primary.revision) if primary else "?", "ours": short(look.revision)}
    return Status.SUPERSEDED, Failure("superseded", "tasks", facts)


def _leading(look: Look) -> tuple[Status, Failure | None]:
    mine = look.mine
    assert mine is not None
    if mine.rollout == "FAILED":
        return Status.FAILED, Failure("given_up", "tasks", {"reason": words(mine.reason)}, _log(look))
    if mine.rollout != "COMPLETED":
        return Status.RUNNING, None
    other = next((found for task in look.tasks if (found := _other(look, task))), None)
    if other is not None:
        facts = {"wanted": brief(look.wanted), "found": brief(other)}
        return Status.FAILED, Failure("wrong_image", "tasks", facts)
    return Status.DONE, None


def _rolled_back(look: Look) -> tuple[Status, Failure | None]:
    """ECS's own way back: over when it is through, and never green."""
    primary, mine = look.service.primary, look.mine
    assert primary is not None
    reason = words(mine.reason) if mine and mine.rollout == "FAILED" and mine.reason else _said(look)
    facts = {"reason": reason, "revision": short(primary.revision)}
    if primary.rollout == "COMPLETED":
        return Status.FAILED, Failure("rolled_back_by_ecs", "tasks", facts, _log(look))
    if primary.rollout == "FAILED":
        return Status.FAILED, Failure("rollback_failed", "tasks", facts, _log(look))
    return Status.RUNNING, None


def _stopping(look: Look) -> tuple[Status, Failure | None]:
    primary = look.service.primary
    assert primary is not None
    if primary.rollout == "FAILED":
        facts = {"reason": words(primary.reason), "revision": short(primary.revision)}
        return Status.FAILED, Failure("rollback_failed", "tasks", facts, _log(look))
    return (Status.STOPPED if primary.rollout == "COMPLETED" else Status.RUNNING), None


def _switched(look: Look, status: Status) -> bool:
    """Whether the service may be another than before. Once ECS is through with its way back it is not."""
    primary, mine = look.service.primary, look.mine
    if status is Status.SUPERSEDED or (not look.leads and primary is not None and primary.rollout == "COMPLETED"):
        return False
    others = sum(one.running for one in look.service.deployments if one.revision != look.revision)
    return (mine is not None and mine.running > 0) or others == 0


def _other(look: Look, task: Task) -> str | None:
    """The digest of a task of ours that runs something else."""
    found = task.digest(look.container)
    mine = task.revision == look.revision and task.status == "RUNNING"
    return found if mine and found is not None and found not in look.digests else None


def _evidence(look: Look) -> Evidence | None:
    """All that must be true at once, read in one look. None: not yet, or not any more."""
    mine = look.mine
    if mine is None or not mine.steady:
        return None
    ours = [task for task in look.tasks if task.status == "RUNNING"]
    digests = {task.digest(look.container) for task in ours}
    if any(task.revision != look.revision for task in ours) or len(ours) != mine.running:
        return None
    if not digests <= set(look.digests) or not well(look.targets, mine.desired):
        return None
    facts = {"tasks": len(ours), "revision": short(look.revision), "targets": healthy(look.targets)}
    return Evidence(
        look.wanted, "tasks", instance(ours), look.now, {name: v for name, v in facts.items() if v is not None}
    )


def instance(tasks: Sequence[Task]) -> str:
    """Changes with every task that comes or goes."""
    return hashlib.sha256(" ".join(sorted(task.id for task in tasks)).encode()).hexdigest()[:12]


def healthy(targets: Sequence[Registered] | None) -> int | None:
    return None if targets is None else sum(one.health.state == "healthy" for one in targets)


def well(targets: Sequence[Registered] | None, wanted: int) -> bool:
    """As many healthy ones as there should be, and none that is not; those on their way out do not count."""
    if targets is None:
        return True
    staying = [one for one in targets if one.health.state not in ("draining", "unused")]
    return len(staying) >= wanted and all(one.health.state == "healthy" for one in staying)


def _said(look: Look) -> str:
    found = next((match for event in look.service.events if (match := look.gave_up.search(event.message))), None)
    return words(found[1]) if found else "?"


def brief(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _log(look: Look) -> tuple[str, ...]:
    return telling(look.log, look.stopped, look.targets or (), look.troubles)
