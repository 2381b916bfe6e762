"""A listener for strangers: so many connections at once, each for so long, and nothing unpacked on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http import HttpProcessingError

LIFE = 10.0  # seconds of a connection, from its first byte to its last: GitHub waits no longer for an answer
MOST = 64  # connections
LINGER = 0.5  # seconds in which the rest of a refused body is thrown away, so that its sender reads the answer
SHUTDOWN = 1.0

log = logging.getLogger("slipway.webhooks")
log.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError)))
"""aiohttp writes an error with a traceback for whatever is not HTTP: on this port that is everybody's to send."""

Answer = Callable[[web.BaseRequest], Awaitable[web.Response]]


class Bounded(web.Server):
    """A sender that is slow with its headers, its body or with reading the answer is cut off like any other."""

    def __init__(self, answer: Answer, life: float, most: int) -> None:
        super().__init__(answer, auto_decompress=False, access_log=None, logger=log, lingering_time=LINGER)
        self._life = life
        self._most = most
        self._ends: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        life = self._life if len(self._ends) < self._most else 0.0
        self._ends[handler] = asyncio.get_running_loop().call_later(life, transport.abort)

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        self._ends.pop(handler).cancel()
        super().connection_lost(handler, exc)


async def serve(answer: Answer, host: str, port: int, *, life: float = LIFE, most: int = MOST) -> web.ServerRunner:
    """Listening when it returns. Raises OSError when the address is taken."""
    runner = web.ServerRunner(Bounded(answer, life, most), shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner
