"""Calendars as people's programs write them, and a server that behaves as badly as real ones do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


def event(summary: str, start: str, end: str, *more: str, uid: str = "") -> str:
    """``start`` and ``end`` as the lines' ends: ``:20261123T000000Z``, ``;VALUE=DATE:20261123``."""
    lines = ["BEGIN:VEVENT", f"UID:{uid or summary}", "DTSTAMP:20260101T000000Z", f"DTSTART{start}", f"DTEND{end}"]
    return "\n".join([*lines, f"SUMMARY:{summary}", *more, "END:VEVENT"])


def calendar(*parts: str, head: str = "") -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//tests//EN",
        *([head] if head else []),
        *parts,
        "END:VCALENDAR",
    ]
    return "\r\n".join("\n".join(lines).split("\n")).encode() + b"\r\n"


@dataclass
class Server:
    """Gives ``body`` with an ETag; ``answer`` replaces it. ``asked``: the headers of every request."""

    body: bytes = b""
    url: str = ""
    answer: Answer | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append({name.lower(): value for name, value in request.headers.items()})
        if self.answer is not None:
            return await self.answer(request)
        tag = f'"{hash(self.body)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(body=self.body, content_type="text/calendar", headers={"ETag": tag})

    async def endless(self, request: web.Request) -> web.StreamResponse:
        """100 MB, said nowhere beforehand."""
        response = web.StreamResponse(headers={"Content-Type": "text/calendar"})
        await response.prepare(request)
        try:
            await response.write(b"BEGIN:VCALENDAR\r\n")
            for _ in range(1600):
                await response.write(b"X" * 65536)
        except ConnectionError:
            self.stopped.set()
        return response

    async def hanging(self, request: web.Request) -> web.StreamResponse:
        await self.stopped.wait()
        return web.Response()


@asynccontextmanager
async def served(body: bytes = b"") -> AsyncIterator[Server]:
    server = Server(body)
    app = web.Application()
    app.router.add_get("/{path:.*}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/secret-key-of-the-team/oncall.ics"
    try:
        yield server
    finally:
        server.stopped.set()
        await runner.cleanup()
