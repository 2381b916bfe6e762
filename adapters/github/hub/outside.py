"""Logs and artifacts lie elsewhere, behind an address that is good for a minute: asked for without any credential."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp

from adapters.github.hub.faults import error

SECONDS = 30.0
CHUNK = 64 * 1024
LONGEST = 256 * 1024 * 1024  # bytes that are read of a log for its end
LOOPBACK = ("127.0.0.1", "::1", "localhost")


async def tail(url: str, size: int, call: str) -> bytes:
    kept = bytearray()
    read = 0
    async with _opened(url, call) as chunks:
        async for chunk in chunks:
            read += len(chunk)
            kept = (kept + chunk)[-size:]
            if read > LONGEST:
                raise error("too_big", call=call, limit=LONGEST)
    return bytes(kept)


async def download(url: str, limit: int, call: str) -> bytes:
    kept = bytearray()
    async with _opened(url, call) as chunks:
        async for chunk in chunks:
            kept += chunk
            if len(kept) > limit:
                raise error("too_big", call=call, limit=limit)
    return bytes(kept)


@asynccontextmanager
async def _opened(url: str, call: str) -> AsyncIterator[AsyncIterator[bytes]]:
    local = urlsplit(url).hostname in LOOPBACK
    try:
        async with (
            asyncio.timeout(SECONDS),
            aiohttp.ClientSession(trust_env=not local) as session,
            session.get(url, allow_redirects=False) as reply,
        ):
            if reply.status >= 500:
                raise error("unavailable", retry=True, status=reply.status)
            if reply.status != 200:
                raise error("gone", call=call, status=reply.status)
            yield reply.content.iter_chunked(CHUNK)
    except TimeoutError:
        raise error("timeout", retry=True, call=call) from None
    except aiohttp.ClientError:
        raise error("lost", retry=True, call=call) from None
