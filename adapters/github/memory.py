"""What this process knows of dispatches: when the last one may have left, and which certainly did not."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from adapters.github.answers import Pending, Run
from bot.errors import AdapterError


class Memory:
    """``clock``: monotonic seconds. A process that died may have sent something until this one was born.

    ``late``: seconds after which a run that was not seen will not appear any more.
    """

    def __init__(self, late: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.late = late
        self.now = clock
        self._born = clock()
        self._sent: dict[str, float] = {}
        self._held: set[str] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.abandoned: set[str] = set()
        self.cancelled: set[int] = set()
        self._decided: set[tuple[int, int, int]] = set()
        self.waited_for: dict[int, tuple[Pending, ...]] = {}

    def alone(self, attempt: str) -> asyncio.Lock:
        """Of one attempt only one start at a time."""
        return self._locks[attempt]

    def sends(self, attempt: str) -> None:
        """From here on it may be in the world."""
        self._held.discard(attempt)
        self._sent[attempt] = self.now()

    def refused(self, attempt: str) -> None:
        """GitHub said that it did not."""
        self._sent.pop(attempt, None)
        self._held.add(attempt)

    def sent(self, attempt: str) -> bool:
        return attempt in self._sent

    def holds(self, attempt: str) -> None:
        """A start that ended before anything left. It was only begun where nothing else could be on its way."""
        self._held.add(attempt)

    def quiet(self, attempt: str) -> bool:
        """Nothing of this attempt can appear any more that is not there now."""
        if attempt in self._held:
            return True
        return self.waited(attempt) >= self.late

    def waited(self, attempt: str) -> float:
        """Seconds since its dispatch may last have left."""
        return self.now() - self._sent.get(attempt, self._born)

    def decided(self, run: Run, one: Pending) -> bool:
        """Whether we have answered for this environment of this attempt of the run, or may not."""
        return (run.id, run.attempt, one.environment.id) in self._decided

    def decides(self, run: Run, one: Pending) -> None:
        self._decided.add((run.id, run.attempt, one.environment.id))


def certain(error: AdapterError) -> bool:
    """Whether this answer says that nothing was done."""
    return not error.retry or error.code == "rate_limited"
