"""Waiting for a condition instead of sleeping."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from playground.discord.errors import DeadlineError

Found = TypeVar("Found")
PACE = 0.1


class Changes:
    """Wakes everybody who waits, each time that something visible changed."""

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self) -> None:
        self.version += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def next(self, seconds: float) -> bool:
        """Waits for the next change; False when none came within `seconds`."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        done, _ = await asyncio.wait({future}, timeout=max(seconds, 0))
        self._waiting.discard(future)
        return bool(done)

    async def until(self, predicate: Callable[[], Found | None], deadline: float, screen: Callable[[], str]) -> Found:
        """The predicate's first truthy value; after `deadline` seconds a `DeadlineError` with what was on screen.

        Also tried every PACE seconds: what is looked at may be what no change tells of, such as the journal.
        """
        end = time.monotonic() + deadline
        while not (found := predicate()):
            if not await self.next(min(PACE, end - time.monotonic())) and time.monotonic() >= end:
                if found := predicate():
                    return found
                raise DeadlineError(f"not within {deadline} s; on the screen:\n{screen()}")
        return found
