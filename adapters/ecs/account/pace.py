"""When a service is worth another look: soon after a change and where rollouts usually end, seldom in between. Pure.

The usual length is what this process saw, else what ECS keeps with the deployment that was completed before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

SHORTEST, IDLE, LONGEST = 0.25, 2.0, 10.0  # seconds between looks
TASKS_TO_COME = 0.5  # the shortest pause while tasks are missing: it cannot be over
AFTER_CHANGE = 2.0  # the pause is this part of the time without a change …
EXPECTED = 1.0  # … this part where the end is known to be far …
ALL_RUN = 8.0  # … and this part where only ECS's own word is missing
NEAR_END = 4.0  # at most this part of the time to the usual end, or since
FINEST = 400.0  # a pause need not be shorter than this part of the whole
EARLY = 0.9  # of the usual length: from then on the end may come
BELIEVED = (2.0, 7200.0)  # seconds that a rollout may plausibly have taken
COUNTS = ("id", "rolloutState", "desiredCount", "pendingCount", "runningCount", "failedTasks")


class Pace:
    """Of one service. ``now`` is monotonic seconds, ``wall`` epoch seconds."""

    def __init__(self) -> None:
        self.usual: float | None = None
        self._shape: object = None
        self._changed = 0.0
        self._rolling: str | None = None

    def pause(self, service: Mapping[str, Any] | None, now: float, wall: float) -> float:
        """Seconds until the next look, after this one."""
        deployments = _deployments(service)
        shape = [[one.get(name) for name in COUNTS] for one in deployments]
        if shape != self._shape:
            self._shape, self._changed = shape, now
        primary = next((one for one in deployments if one.get("status") == "PRIMARY"), None)
        self._learn(primary, deployments)
        if primary is None or primary.get("rolloutState") != "IN_PROGRESS":
            return IDLE
        age = _age(primary, wall)
        quiet = now - self._changed
        if self.usual is None or age is None:
            wanted = quiet / ALL_RUN if _all_run(primary) else max(TASKS_TO_COME, quiet / AFTER_CHANGE)
        elif _all_run(primary) and age > self.usual * EARLY:
            wanted = max(self.usual / FINEST, min(quiet / ALL_RUN, abs(self.usual - age) / NEAR_END))
        else:
            wanted = min(max(TASKS_TO_COME, quiet / EXPECTED), max(TASKS_TO_COME, abs(self.usual - age) / NEAR_END))
        return min(max(SHORTEST, wanted), LONGEST)

    def _learn(self, primary: Mapping[str, Any] | None, deployments: list[Mapping[str, Any]]) -> None:
        """Of a rollout that was seen to end, else of one that ended before."""
        ended = [one for one in deployments if one.get("rolloutState") == "COMPLETED"]
        seen = next((one for one in ended if one.get("id") == self._rolling), None)
        if seen is not None or self.usual is None:
            took = [length for one in ([seen] if seen else ended) if (length := _took(one)) is not None]
            self.usual = took[0] if took else self.usual
        rolling = primary is not None and primary.get("rolloutState") == "IN_PROGRESS"
        self._rolling = str(primary["id"]) if rolling and primary and "id" in primary else None


def _deployments(service: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    found = service.get("deployments") if service else None
    return list(found) if isinstance(found, list) else []


def _all_run(primary: Mapping[str, Any]) -> bool:
    return primary.get("pendingCount") == 0 and primary.get("runningCount") == primary.get("desiredCount")


def _age(primary: Mapping[str, Any], wall: float) -> float | None:
    created = primary.get("createdAt")
    return max(0.0, wall - created.timestamp()) if isinstance(created, datetime) else None


def _took(ended: Mapping[str, Any]) -> float | None:
    """``updatedAt`` moves with what else is changed of a deployment: a length that nobody would believe is none."""
    created, updated = ended.get("createdAt"), ended.get("updatedAt")
    if not isinstance(created, datetime) or not isinstance(updated, datetime):
        return None
    length = (updated - created).total_seconds()
    return length if BELIEVED[0] <= length <= BELIEVED[1] else None
