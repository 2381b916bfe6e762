"""Blocking work in threads that are few and named, and that nobody joins.

A read may still hang for seconds when the process wants to end; an executor's threads would hold it until then.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

T = TypeVar("T")
LAST = 1.0  # seconds that what is on its way has to end when the process does


class Closed(Exception):
    """Nothing is begun any more."""


class Threads:
    """At most ``most`` at once; who comes later waits, and is never begun when he stops waiting."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._free = asyncio.Semaphore(most)
        self._quiet = asyncio.Event()
        self._busy = 0
        self._closed = False
        self._quiet.set()

    async def run(self, work: Callable[[], T]) -> T:
        """Whoever is cancelled leaves the thread to its own deadline. Raises Closed."""
        await self._free.acquire()
        if self._closed:
            self._free.release()
            raise Closed
        self._busy += 1
        self._quiet.clear()
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()
        threading.Thread(target=self._work, args=(work, loop, result), name=self._name, daemon=True).start()
        return await result

    async def close(self, seconds: float = LAST) -> None:
        """Nothing begins any more; what is on its way has so long to end."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._quiet.wait()

    def _work(self, work: Callable[[], T], loop: asyncio.AbstractEventLoop, result: asyncio.Future[T]) -> None:
        try:
            tell = partial(result.set_result, work())
        except Exception as raised:
            tell = partial(result.set_exception, raised)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._ended, result, tell)

    def _ended(self, result: asyncio.Future[T], tell: Callable[[], None]) -> None:
        self._free.release()
        self._busy -= 1
        if not self._busy:
            self._quiet.set()
        if not result.done():  # cancelled
            tell()
