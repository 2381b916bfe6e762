"""From one snapshot of a service to ``Progress``. A service that is stable is not therefore deployed.

With rollback by the circuit breaker a service becomes stable on the revision before; only the PRIMARY deployment says
whose it is (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from adapters.ecs.answers import Deployment, Event, Registered, Service, Task
from adapters.ecs.revision import short
from adapters.ecs.steps import steps
from bot.model import Evidence, Failure, Progress, Status

APPEARS = 60.0  # seconds in which DescribeServices may still show what was before our update
BREAKER = re.compile(r"^ECS deployment circuit breaker:\s*", re.IGNORECASE)
BACK = "rolling back to deployment"


@dataclass(frozen=True)
class Look:
    """Everything that one look saw.

    ``revision``: the ARN of ours; ``deployment``: the id that our update was answered with; ``replaced``: the revision
    that ran before, as ``family:number``. ``digests``: of the wanted image, and of what its index lists. ``asked``: we
    asked ECS to stop it. ``began``: epoch seconds of the update. ``shown``: ours was the PRIMARY in a look before.
    """

    service: Service
    revision: str
    deployment: str
    replaced: str
    wanted: str
    digests: Collection[str]
    container: str
    began: float
    now: float
    tasks: Sequence[Task] = ()
    stopped: Sequence[Task] = ()
    targets: Sequence[Registered] | None = None  # None: no target group
    asked: bool = False
    shown: bool = False
    log: tuple[str, ...] = ()

    @property
    def mine(self) -> Deployment | None:
        """PRIMARY first: somebody may have started our revision once more."""
        ours = [one for one in self.service.deployments if one.revision == self.revision]
        return next((one for one in ours if one.status == "PRIMARY"), ours[0] if ours else None)

    @property
    def leads(self) -> bool:
        """The PRIMARY deployment is of our revision."""
        return self.service.primary is not None and self.service.primary.revision == self.revision

    @property
    def tripped(self) -> bool:
        """ECS itself gave our deployment up. Its event outlives it."""
        if self.mine is not None and self.mine.rollout == "FAILED" and BREAKER.search(self.mine.reason):
            return True
        return not self.leads and any(
            self.gave_up.search(event.message) for event in self.service.events if self.ours(event)
        )

    @property
    def failed(self) -> bool:
        """It ended, by ECS or by whoever stopped it."""
        return self.tripped or (self.mine is not None and self.mine.rollout == "FAILED")

    @property
    def gave_up(self) -> re.Pattern[str]:
        """ECS's event. Where our deployment's id is not known, any one's."""
        named = re.escape(self.deployment) if self.deployment else r"ecs-svc/[0-9]+"
        return re.compile(rf"\(deployment {named}\) deployment failed:?\s*(.*)")

    def ours(self, event: Event) -> bool:
        """Not from before our update, where nothing but its time can tell."""
        return bool(self.deployment) or (event.at is not None and event.at.timestamp() >= self.began)

    @property
    def goes_back(self) -> bool:
        """The PRIMARY deployment is ECS's own way back from ours."""
        primary = self.service.primary
        if primary is None:
            return False
        named = any(f"{BACK} {primary.id}" in event.message for event in self.service.events)
        return named or BACK in primary.reason or short(primary.revision) == self.replaced


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
    if look.goes_back and look.failed:
        return _rolled_back(look)
    if look.mine is None and not look.failed and not look.shown and look.now - look.began < APPEARS:
        return Status.RUNNING, None
    primary = look.service.primary
    facts = {"revision": short(primary.revision) if primary else "?", "ours": short(look.revision)}
    return Status.SUPERSEDED, Failure("superseded", "tasks", facts)


def _leading(look: Look) -> tuple[Status, Failure | None]:
    mine = look.mine
    assert mine is not None
    if mine.rollout == "FAILED":
        return Status.FAILED, Failure("given_up", "tasks", {"reason": words(mine.reason)}, telling(look))
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
    reason = words(mine.reason) if mine and mine.reason else _said(look)
    facts = {"reason": reason, "revision": short(primary.revision)}
    if primary.rollout == "COMPLETED":
        return Status.FAILED, Failure("rolled_back_by_ecs", "tasks", facts, telling(look))
    if primary.rollout == "FAILED":
        return Status.FAILED, Failure("rollback_failed", "tasks", facts, telling(look))
    return Status.RUNNING, None


def _stopping(look: Look) -> tuple[Status, Failure | None]:
    primary = look.service.primary
    assert primary is not None
    if primary.rollout == "FAILED":
        facts = {"reason": words(primary.reason), "revision": short(primary.revision)}
        return Status.FAILED, Failure("rollback_failed", "tasks", facts, telling(look))
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
    if any(task.revision != look.revision for task in ours) or len(ours) != mine.running or None in digests:
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


def telling(look: Look) -> tuple[str, ...]:
    """The service's own last lines, then why its tasks stopped, then unhealthy targets, then ECS's events."""
    targets = [f"{one.target.id}: {one.health.state} {one.health.description}".strip() for one in look.targets or ()]
    bad = [line for line, one in zip(targets, look.targets or (), strict=True) if one.health.state == "unhealthy"]
    events = [event.message for event in look.service.events[:3]]
    return tuple(dict.fromkeys([*look.log, *why_stopped(look.stopped), *bad, *events]))[:20]


def why_stopped(tasks: Sequence[Task]) -> list[str]:
    """One line for each reason that tasks stopped for, the newest first."""
    lines = []
    for task in sorted(tasks, key=lambda one: one.stopped.timestamp() if one.stopped else 0.0, reverse=True):
        ended = [_container(name=one.name, code=one.exit_code, reason=one.reason) for one in task.containers]
        lines.append(" · ".join(filter(None, [task.reason or task.code, *ended])))
    return list(dict.fromkeys(filter(None, lines)))[:5]


def _container(name: str, code: int | None, reason: str) -> str:
    if code is None and not reason:
        return ""
    return f"{name}: {f'exit code {code}' if code is not None else ''} {reason}".replace(":  ", ": ").strip()


def _said(look: Look) -> str:
    found = next((match for event in look.service.events if (match := look.gave_up.search(event.message))), None)
    return words(found[1]) if found else "?"


def words(reason: str) -> str:
    """ECS's own reason, without what stands before every one of them."""
    return BREAKER.sub("", reason).strip().rstrip(".") or "?"


def brief(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]
