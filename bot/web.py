"""/healthz, /readyz, /metrics for the machine that watches the bot. Nothing here takes an order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot import metrics
from bot.errors import SlipwayError

BEAT = 0.25  # seconds between two beats of the loop
STALE = 5.0


@dataclass
class Pulse:
    """Beats while the loop turns, and says how late the last beat was."""

    last: float = field(default_factory=time.monotonic)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            now = time.monotonic()
            metrics.LOOP_LAG.set(max(now - self.last - BEAT, 0.0))
            self.last = now

    @property
    def alive(self) -> bool:
        return time.monotonic() - self.last < STALE


@dataclass(frozen=True)
class Health:
    """``writes``: commits something to the ledger, or raises. ``ready``: the gateway is READY.

    ``measure``: sets the gauges that are read from the ledger, just before they are shown.
    """

    pulse: Pulse
    writes: Callable[[], Awaitable[object]]
    ready: Callable[[], bool]
    measure: Callable[[], Awaitable[None]]

    async def healthz(self, request: web.Request) -> web.Response:
        """200 while the loop beats and the ledger writes, also while Discord is away."""
        try:
            async with asyncio.timeout(STALE):
                await self.writes()
        except (SlipwayError, TimeoutError) as error:
            return web.json_response({"ok": False, "ledger": str(error) or "timeout"}, status=503)
        return web.json_response({"ok": self.pulse.alive}, status=200 if self.pulse.alive else 503)

    async def readyz(self, request: web.Request) -> web.Response:
        ready = self.ready()
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        metrics.GATEWAY.set(self.ready())
        await self.measure()
        return web.Response(body=metrics.page(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def serve(health: Health, host: str, port: int) -> web.AppRunner:
    """Listening when it returns. Raises OSError when the address is taken."""
    app = web.Application(client_max_size=1024)
    app.add_routes(
        [
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
            web.get("/metrics", health.metrics),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
