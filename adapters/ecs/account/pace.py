"""When a service is worth another look: around the time at which its rollouts usually end, and seldom before. Pure.

Nothing can end before all tasks run. From then on the time that is left is what it was at the last rollout that this
process saw; else the whole is as long as those that ECS remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

SHORTEST, IDLE, LONGEST = 0.5, 2.0, 10.0  # seconds between looks
TO_COME = 1.0  # the shortest pause while tasks are missing …
AFTER_CHANGE = 1.5  # … and else this part of the time without a change
ALL_RUN = 8.0  # without any memory: this part of the time since all tasks run
WIDTH = 0.35  # how far before the usual time the end is likely, as a part of it
FINEST = 100.0  # a pause need not be shorter than this part of the usual time
NEAR = 7.0  # around the usual time: this part of how far it is off
NARROWEST = 1.5  # … and at least, in seconds
BELIEVED = (2.0, 7200.0)  # seconds that a rollout may plausibly have taken
KEPT = 5  # rollouts that are remembered
COUNTS = ("id", "rolloutState", "desiredCount", "pendingCount", "runningCount", "failedTasks")


class Pace:
    """Of one service. ``now`` is monotonic seconds, ``wall`` epoch seconds.

    ``usual``: seconds of a whole rollout; ``tail``: of its part after all tasks run. None: nobody knows.
    """

    def __init__(self) -> None:
        self.usual: float | None = None
        self.tail: float | None = None
        self.rolling: str | None = None
        self._shape: object = None
        self._changed = 0.0
        self._full: float | None = None
        self._tails: list[float] = []

    def taught(self, lengths: Iterable[float]) -> None:
        """Of rollouts that ended well, as ECS remembers them."""
        believed = [one for one in lengths if BELIEVED[0] <= one <= BELIEVED[1]]
        if believed and self.usual is None:
            self.usual = median(believed)

    def pause(self, service: Mapping[str, Any] | None, now: float, wall: float) -> float:
        """Seconds until the next look, after this one."""
        deployments = _deployments(service)
        shape = [[one.get(name) for name in COUNTS] for one in deployments]
        if shape != self._shape:
            self._shape, self._changed = shape, now
        self._learn(deployments, now)
        primary = next((one for one in deployments if one.get("status") == "PRIMARY"), None)
        if primary is None or primary.get("rolloutState") != "IN_PROGRESS":
            return IDLE
        if not _all_run(primary):
            self._full = None
            return min(max(TO_COME, (now - self._changed) / AFTER_CHANGE), LONGEST)
        self._full = now if self._full is None else self._full
        return min(max(SHORTEST, self._ending(now - self._full, _age(primary, wall))), LONGEST)

    def _ending(self, full: float, age: float | None) -> float:
        """``full``: seconds for which all tasks have run."""
        if self.tail is not None:
            return _around(full, self.tail)
        if self.usual is not None and age is not None:
            return _around(age, self.usual)
        return full / ALL_RUN

    def _learn(self, deployments: list[Mapping[str, Any]], now: float) -> None:
        """Of a rollout that was seen to end, else of one that ended before."""
        ended = [one for one in deployments if one.get("rolloutState") == "COMPLETED"]
        seen = next((one for one in ended if one.get("id") == self.rolling), None)
        if seen is not None and self._full is not None:
            self._tails = [*self._tails, now - self._full][-KEPT:]
            self.tail = median(self._tails)
        self.taught(took for one in ended if (took := _took(one)) is not None)
        rolling = (one for one in deployments if one.get("rolloutState") == "IN_PROGRESS" and "id" in one)
        begun = next((str(one["id"]) for one in rolling if one.get("status") == "PRIMARY"), None)
        if begun != self.rolling:
            self.rolling, self._full = begun, None


def _around(at: float, usual: float) -> float:
    """Wait until it is likely at all; then the more often, the nearer its usual time is."""
    width, off = max(NARROWEST, usual * WIDTH), abs(at - usual)
    return usual - width - at if at < usual - width else max(usual / FINEST, off / NEAR)


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
    return (updated - created).total_seconds()
