"""A server on loopback that is asked by gates, and as mean as the outside can be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Asked:
    """``answer`` may be exchanged at any time. ``bodies``: what was sent, with its headers."""

    answer: Answer
    url: str = ""
    bodies: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append((await request.read(), dict(request.headers)))
        return await self.answer(request)


def says(body: bytes | str, status: int = 200, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        raw = body.encode() if isinstance(body, str) else body
        return web.Response(status=status, body=raw, headers=headers)

    return answer


ALLOWS = says('{"allow": true}')


@asynccontextmanager
async def asked(answer: Answer = ALLOWS, port: int = 0) -> AsyncIterator[Asked]:
    found = Asked(answer)
    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", found.handle)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        found.over.set()
        await runner.cleanup()
