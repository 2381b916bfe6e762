"""One bounded request to an address of the configuration: no redirects, no compression, a cap on what is read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

PLAIN = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "slipway"}


@dataclass(frozen=True)
class Reply:
    """``status`` with the whole body; or ``code``: slow, refused, broken, too_big, redirect, compressed."""

    status: int | None = None
    body: bytes = b""
    code: str | None = None


async def request(
    method: str,
    url: str,
    *,
    seconds: float,
    limit: int,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Never raises for what the other side does. ``seconds``: of everything together; ``limit``: bytes."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    connector = aiohttp.TCPConnector(force_close=True)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=connector, auto_decompress=False) as session,
            session.request(
                method, url, data=body, headers={**PLAIN, **(headers or {})}, allow_redirects=False
            ) as response,
        ):
            return await _read(response, limit)
    except TimeoutError:
        return Reply(code="slow")
    except aiohttp.ClientConnectorError:
        return Reply(code="refused")
    except (aiohttp.ClientError, OSError, ValueError):
        return Reply(code="broken")


async def _read(response: aiohttp.ClientResponse, limit: int) -> Reply:
    if 300 <= response.status < 400:
        return Reply(code="redirect")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        return Reply(code="compressed")
    if (response.content_length or 0) > limit:
        return Reply(code="too_big")
    try:
        await response.content.readexactly(limit + 1)
    except asyncio.IncompleteReadError as short:
        return Reply(response.status, short.partial)
    return Reply(code="too_big")


def host(url: str) -> str:
    """Whom an address asks, for people: its path may be as good as a password."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"


def shown(url: str) -> str:
    """An address for people: without user name, password, query and fragment."""
    return f"{host(url)}{urlsplit(url).path}"
