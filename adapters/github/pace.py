"""How often runs are looked at: all of one identity share what GitHub allows in a minute and in an hour.

An unchanged answer is free of the hourly limit, but 900 points a minute are the most that GitHub takes of anybody, and
a read is one of them (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from adapters.github.hub import Hub

A_SECOND = 8.0  # looks at all runs together, a read each: about half of what GitHub takes
SOONEST = 0.25  # seconds between two looks at one run
MANY = 8  # runs above which the jobs of each are read less often: all of them stay at what so many may
FORGOTTEN = 30.0  # seconds after which a run is no longer followed


class Pace:
    """``clock``: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked: dict[int, float] = {}
        self._hurried: set[int] = set()

    @property
    def pause(self) -> float:
        """Seconds until a run's next turn."""
        return max(SOONEST, len(self._looked) / A_SECOND)

    def between(self, wanted: float) -> float:
        """Seconds between two readings of a run's jobs."""
        return wanted * max(1.0, len(self._looked) / MANY)

    @property
    def crowded(self) -> bool:
        """Whether so many runs are followed that a hint about one is not worth reading its jobs."""
        return len(self._looked) > MANY

    def due(self, run: int) -> bool:
        """Whether it is this run's turn; then its next one comes after the others'."""
        now = self._clock()
        self._looked = {one: at for one, at in self._looked.items() if now - at < FORGOTTEN}
        runs = len(self._looked.keys() | {run})
        pause = runs / A_SECOND if runs > 1 else 0.0
        if run in self._looked and now - self._looked[run] < pause and run not in self._hurried:
            return False
        self._hurried.discard(run)
        self._looked[run] = now
        return True

    def hurry(self, run: int) -> None:
        """Somebody says that it has changed."""
        self._hurried.add(run)

    def hurried(self, run: int) -> bool:
        """Whether somebody said so since its last turn."""
        return run in self._hurried

    def over(self, run: int) -> None:
        self._looked.pop(run, None)
        self._hurried.discard(run)


PACES: WeakKeyDictionary[Hub, Pace] = WeakKeyDictionary()


def pace_of(hub: Hub) -> Pace:
    """One for everything that this identity follows."""
    return PACES.setdefault(hub, Pace())
