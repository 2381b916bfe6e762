"""The calendar's file over HTTP. Its address is often the whole secret, so no error and no log line ever names it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.errors import SlipwayError

TIMEOUT = 15.0  # seconds, of the whole answer
BODY_LIMIT = 1_000_000
REDIRECTS = 3
EXPANDING = 15.0  # seconds; the program limits its own time on the processor to less
PROGRAM = Path(__file__).with_name("expand.py")
NOT_MODIFIED, OK = 304, 200
MOVED = (301, 302, 303, 307, 308)


class Unread(SlipwayError):
    """``code``: unreachable, timeout, http (fact ``status``), moved, encoded, too_big, not_a_calendar, too_slow."""


@dataclass(frozen=True)
class Copy:
    """What was read, and what the server needs to say that nothing changed (RFC 9110, 13.1)."""

    body: bytes
    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True)
class Expanded:
    """``shifts``: since, until (epoch seconds), what the event says. ``broken``: events that could not be used."""

    shifts: Sequence[tuple[float, float, str]]
    broken: int


async def read(url: str, before: Copy | None = None, timeout: float = TIMEOUT) -> Copy | None:
    """None: nothing changed since ``before``. Raises Unread."""
    try:
        async with asyncio.timeout(timeout), aiohttp.ClientSession(auto_decompress=False) as session:
            return await _read(session, url, before)
    except TimeoutError:
        raise Unread("timeout") from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise Unread("unreachable") from None


async def _read(session: aiohttp.ClientSession, url: str, before: Copy | None) -> Copy | None:
    for _ in range(REDIRECTS + 1):
        async with session.get(url, headers=_headers(before), allow_redirects=False) as answer:
            if answer.status in MOVED:
                url = _next(url, answer.headers.get("Location", ""))
                continue
            if answer.status == NOT_MODIFIED and before is not None:
                return None
            if answer.status != OK:
                raise Unread("http", status=answer.status)
            if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise Unread("encoded")
            body = await _body(answer)
            return Copy(body, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))
    raise Unread("moved")


def _headers(before: Copy | None) -> dict[str, str]:
    wanted = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "slipway"}
    known = {"If-None-Match": before.etag, "If-Modified-Since": before.modified} if before else {}
    return {**wanted, **{name: value for name, value in known.items() if value}}


def _next(url: str, location: str) -> str:
    """The same server only: a secret address is sent nowhere else."""
    there = urljoin(url, location)
    if not location or urlsplit(url)[:2] != urlsplit(there)[:2]:
        raise Unread("moved")
    return there


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        found += chunk
        if len(found) > BODY_LIMIT:
            raise Unread("too_big")
    if not bytes(found).lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCALENDAR"):
        raise Unread("not_a_calendar")
    return bytes(found)


async def expand(body: bytes, begin: float, end: float, zone: str, seconds: float = EXPANDING) -> Expanded:
    """Who is named from when until when, between two moments. Raises Unread."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(PROGRAM), str(begin), str(end), zone),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(seconds):
            told, _ = await process.communicate(body)
    except TimeoutError:
        raise Unread("too_slow") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Unread("too_slow" if process.returncode < 0 else "not_a_calendar")
    found = json.loads(told)
    return Expanded([(since, until, text) for since, until, text in found["shifts"]], found["broken"])
