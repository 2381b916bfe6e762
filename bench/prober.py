"""Asks the service every 20 ms and adds up how long it did not answer well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

EVERY = 0.02


@dataclass
class Prober:
    """``outages``: (from, to) in monotonic seconds; the last one may still be open."""

    url: str
    outages: list[tuple[float, float | None]] = field(default_factory=list)

    @property
    def downtime(self) -> float:
        """Seconds without a 200, from the first failed answer to the first good one."""
        return sum((end or time.monotonic()) - began for began, end in self.outages)

    async def _well(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(self.url) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def run(self) -> None:
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=0.5), connector=aiohttp.TCPConnector(force_close=True)
        ) as session:
            while True:
                now = time.monotonic()
                well = await self._well(session)
                open_now = bool(self.outages) and self.outages[-1][1] is None
                if not well and not open_now:
                    self.outages.append((now, None))
                elif well and open_now:
                    self.outages[-1] = (self.outages[-1][0], time.monotonic())
                await asyncio.sleep(max(EVERY - (time.monotonic() - now), 0))

    def forget(self) -> None:
        self.outages.clear()


@asynccontextmanager
async def probing(url: str) -> AsyncIterator[Prober]:
    prober = Prober(url)
    task = asyncio.create_task(prober.run())
    try:
        yield prober
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
