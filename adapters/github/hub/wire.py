"""The blocking SDK in threads of its own: few, named, each with its own line, gone at ``close``."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from adapters.github.hub.asked import Asked, Reply, Unanswered
from adapters.github.hub.line import Line

READERS, WRITERS = 6, 2  # GitHub wants few requests at once; a write never waits for slow reads
SPARE = 1.0  # seconds beyond the deadline that a thread keeps by itself


class Wire:
    def __init__(self, api: str) -> None:
        self.api = api
        self._reading = ThreadPoolExecutor(READERS, "github-read")
        self._writing = ThreadPoolExecutor(WRITERS, "github-write")
        self._own = threading.local()
        self._lines: list[Line] = []

    async def exchange(self, asked: Asked, credential: str, *, jwt: bool = False) -> Reply:
        """One request. Raises Unanswered and Unread. What still waits for a thread when the time is up is not sent."""
        pool = self._reading if asked.method == "GET" else self._writing
        try:
            sent = asyncio.get_running_loop().run_in_executor(pool, self._exchange, asked, credential, jwt)
        except RuntimeError:
            raise Unanswered("closed") from None
        try:
            async with asyncio.timeout(asked.seconds + SPARE):
                return await sent
        except TimeoutError:
            raise Unanswered("slow", late=True) from None

    async def close(self) -> None:
        """What is on its way ends by its own deadline; what waits is not sent any more."""
        for pool in (self._reading, self._writing):
            pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        for pool in (self._reading, self._writing):
            pool.shutdown()
        for line in self._lines:
            line.close()

    def _exchange(self, asked: Asked, credential: str, jwt: bool) -> Reply:
        line: Line | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = Line(self.api)
            self._lines.append(line)
        return line.exchange(asked, credential, jwt=jwt)
