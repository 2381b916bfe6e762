"""What this process alone knows of its attempts: what it has sent, and what it has given up.

A request that nobody answered can still be carried out while its signature counts: AWS takes none that is older than
five minutes (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). Before this
process began an earlier one may have sent.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from bot.errors import AdapterError

LATE = 330.0  # seconds: the five minutes, and clocks that differ
CERTAIN = ("throttled", "unreachable")  # may be tried again, and nothing was done


class Memory:
    """``clock``: monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._born = clock()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._sent: dict[str, float] = {}
        self._held: set[str] = set()
        self.abandoned: set[str] = set()
        self.revisions: dict[str, str] = {}  # attempt → the ARN that was registered for it
        self.asked: set[str] = set()  # attempts that we asked ECS to stop
        self.shown: set[str] = set()  # attempts whose deployment was seen as PRIMARY

    def alone(self, attempt: str) -> asyncio.Lock:
        """Of one attempt only one start at a time."""
        return self._locks[attempt]

    def sends(self, attempt: str) -> None:
        """From here on the service may be another."""
        self._held.discard(attempt)
        self._sent[attempt] = self._clock()

    def refused(self, attempt: str) -> None:
        """AWS said that nothing was done."""
        self._sent.pop(attempt, None)
        self._held.add(attempt)

    def holds(self, attempt: str) -> None:
        """A start that ended before its update left. It was only begun where nothing else was on its way."""
        if attempt not in self._sent:
            self._held.add(attempt)

    def quiet(self, attempt: str) -> bool:
        """No update of this attempt can be carried out any more that is not there now."""
        return attempt in self._held or self._clock() - self._sent.get(attempt, self._born) >= LATE


def certain(error: AdapterError) -> bool:
    """Whether this says that nothing was done."""
    return not error.retry or error.code in CERTAIN
