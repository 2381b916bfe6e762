"""What explains a rollout that goes badly, the most telling line first; AWS's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.ecs.answers import Event, Registered, Task

BREAKER = re.compile(r"^ECS deployment circuit breaker:\s*", re.IGNORECASE)
TROUBLE = re.compile(r"(?i)unable to|fail|unhealthy|error|insufficient|denied|throttl")
TIDIED = "Scaling activity initiated by"  # ECS took it away; that is no reason for anything
GROUP = re.compile(r"arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]*:\d*:targetgroup/([^/\s)]+)/[0-9a-f]+")
KEPT = 20


def telling(
    log: Sequence[str], stopped: Sequence[Task], targets: Sequence[Registered], events: Sequence[str]
) -> tuple[str, ...]:
    """The service's own last lines, then why its tasks stopped, unhealthy targets, and what ECS says of trouble."""
    bad = [f"{one.target.id}: {one.health.description}" for one in targets if one.health.state == "unhealthy"]
    return tuple(dict.fromkeys([*log, *why_stopped(stopped), *bad, *events]))[:KEPT]


def troubles(events: Sequence[Event], since: float) -> list[str]:
    """ECS's events about what goes wrong since then (epoch seconds), the newest first."""
    young = [event for event in events if event.at and event.at.timestamp() >= since]
    return [event.message for event in young if TROUBLE.search(event.message)][:3]


def failed(tasks: Sequence[Task]) -> list[Task]:
    """Those that ended for a reason of their own."""
    return [task for task in tasks if not task.reason.startswith(TIDIED)]


def why_stopped(tasks: Sequence[Task]) -> list[str]:
    """One line for each reason that tasks stopped for, the newest first."""
    lines = []
    for task in sorted(failed(tasks), key=lambda one: one.stopped.timestamp() if one.stopped else 0.0, reverse=True):
        ended = [_container(name=one.name, code=one.exit_code, reason=one.reason) for one in task.containers]
        lines.append(" · ".join(filter(None, [GROUP.sub(r"\1", task.reason) or task.code, *ended])))
    return list(dict.fromkeys(filter(None, lines)))[:5]


def _container(name: str, code: int | None, reason: str) -> str:
    if code is None and not reason:
        return ""
    return f"{name}: {f'exit code {code}' if code is not None else ''} {reason}".replace(":  ", ": ").strip()


def words(reason: str) -> str:
    """ECS's own reason, without what stands before every one of them."""
    return BREAKER.sub("", reason).strip().rstrip(".") or "?"
