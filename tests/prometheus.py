"""A Prometheus on loopback whose answers are scripted, and as mean as the documents of the real one allow.

A query's answer: a number, a list of numbers (that many series), ``None`` (no data), text as Prometheus writes it
("NaN"), a ``web.Response`` factory, or ``hang``. Range queries of it answer ``points``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

NOW = 1_800_000_000.0
Reply = Callable[[], web.StreamResponse]
hang = object()


def told(kind: str, result: Any, **more: Any) -> web.Response:
    return web.json_response({"status": "success", "data": {"resultType": kind, "result": result}, **more})


def refused(status: int, kind: str, error: str) -> web.Response:
    return web.json_response({"status": "error", "errorType": kind, "error": error}, status=status)


@dataclass
class Prometheus:
    """``asked``: (path, parameters) of every request, in order."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    points: Any = field(default_factory=lambda: ["0.001"] * 40)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.query)))
        ranged = request.path.endswith("query_range")
        found = self.points if ranged else self.answers.get(request.query["query"])
        if found is hang:
            await self.ended.wait()
            return web.Response(status=503)
        if callable(found):
            reply: web.StreamResponse = found()
            return reply
        return self._range(found, request) if ranged else self._instant(found)

    def _instant(self, found: Any) -> web.Response:
        series = [] if found is None else found if isinstance(found, list) else [found]
        values = [{"metric": {"pod": str(n)}, "value": [NOW, str(value)]} for n, value in enumerate(series)]
        return told("vector", values)

    def _range(self, found: list[Any], request: web.Request) -> web.Response:
        """As many of the points as the window has steps."""
        start, end, step = (float(request.query[name]) for name in ("start", "end", "step"))
        times = [start + n * step for n in range(int((end - start) // step) + 1)]
        values = [[at, str(value)] for at, value in zip(times, found, strict=False)]
        return told("matrix", [{"metric": {}, "values": values}] if values else [])


@asynccontextmanager
async def prometheus() -> AsyncIterator[Prometheus]:
    found = Prometheus()
    app = web.Application()
    app.add_routes([web.get("/{path:.*}", found.answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        found.ended.set()
        await runner.cleanup()
