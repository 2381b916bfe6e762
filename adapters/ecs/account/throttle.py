"""How long AWS wants not to be asked: its limits are the account's in a region, so all who ask there wait together."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

SHORTEST, LONGEST = 0.5, 20.0  # seconds
CALM = 10.0  # seconds without a refusal after which one step of the backoff is forgotten


class Throttle:
    """Of one service of AWS in one region. ``clock``: monotonic seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, jitter: Callable[[], float] = random.random
    ) -> None:
        self._clock, self._jitter = clock, jitter
        self._until = 0.0
        self._refused = 0.0
        self._level = 0

    @property
    def wait(self) -> float:
        """Seconds; 0: ask."""
        return max(0.0, self._until - self._clock())

    @property
    def slower(self) -> float:
        """By how much those who ask again and again should stretch their pauses."""
        calmed = int((self._clock() - self._refused) / CALM)
        return float(2 ** max(0, self._level - calmed))

    def refused(self) -> None:
        """Many that were on their way are refused at once: that counts as one."""
        now = self._clock()
        if now >= self._until:
            self._level = min(self._level - min(self._level, int((now - self._refused) / CALM)) + 1, 6)
        self._refused = now
        pause = min(SHORTEST * 2 ** (self._level - 1), LONGEST)
        self._until = max(self._until, now + pause * (0.5 + self._jitter() / 2))

    async def open(self, patience: float) -> bool:
        """Wait until one may ask; False: that is longer than ``patience`` seconds."""
        while self.wait > 0:
            if self.wait > patience:
                return False
            patience -= self.wait
            await asyncio.sleep(self.wait)
        return True
