"""The blocking SDK in threads of its own: few, named, each with its own line; none holds up the end of the process."""

from __future__ import annotations

import asyncio
import threading

from adapters.github.hub.asked import Asked, Reply, Unanswered
from adapters.github.hub.line import Line
from adapters.github.hub.threads import Threads

READERS, WRITERS = 6, 2  # GitHub wants few requests at once; a write never waits for slow reads
SPARE = 1.0  # seconds beyond the deadline that a thread keeps by itself
LEAVE = 1.0  # seconds at the end for what is on its way: a service manager waits no longer than ten for all of us


class Wire:
    def __init__(self, api: str) -> None:
        self.api = api
        self._reading = Threads(READERS, "github-read")
        self._writing = Threads(WRITERS, "github-write")
        self._own = threading.local()
        self._lines: list[Line] = []

    async def exchange(self, asked: Asked, credential: str, *, jwt: bool = False) -> Reply:
        """One request. Raises Unanswered and Unread. What still waits for a thread when the time is up is not sent."""
        pool = self._reading if asked.method == "GET" else self._writing
        sent = asyncio.wrap_future(pool.submit(lambda: self._exchange(asked, credential, jwt)))
        try:
            async with asyncio.timeout(asked.seconds + SPARE):
                return await sent
        except TimeoutError:
            raise Unanswered("slow", late=True) from None

    async def close(self) -> None:
        """What waits is not sent any more. What is on its way has a moment; the next process looks up its end."""
        left = [asyncio.wrap_future(one) for pool in (self._reading, self._writing) for one in pool.close()]
        if left:
            await asyncio.wait(left, timeout=LEAVE)
        for line in self._lines:
            line.close()

    def _exchange(self, asked: Asked, credential: str, jwt: bool) -> Reply:
        line: Line | None = getattr(self._own, "line", None)
        if line is None:
            line = self._own.line = Line(self.api)
            self._lines.append(line)
        return line.exchange(asked, credential, jwt=jwt)
