"""A health check's other side, for targets whose platform runs nothing here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def answering(says: Callable[[], Mapping[str, object]] = dict) -> AsyncIterator[str]:
    """Its URL; ``says`` is asked each time."""

    async def health(request: web.Request) -> web.Response:
        return web.json_response(dict(says()))

    app = web.Application()
    app.router.add_get("/health", health)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/health"
    finally:
        await runner.cleanup()
