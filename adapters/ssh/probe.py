"""Health from the host's side: a private socket of ours that leads to the port, a fresh connection for every try.

sshd may forbid forwarding (AllowTcpForwarding no); then the program on the host asks itself.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.ssh import wants
from adapters.ssh.answers import HealthAnswer
from adapters.ssh.host import Host
from adapters.transports.ssh import Link
from bot.model import Answer, HealthCheck

BODY = 64 * 1024


class Probe:
    def __init__(self, link: Link, host: Host) -> None:
        self._link = link
        self._host = host
        self._forbidden = False

    async def ask(self, health: HealthCheck) -> Answer:
        """Raises AdapterError only where the host itself cannot be reached."""
        if self._forbidden:
            return await self._there(health)
        answer = await self._through(health)
        if answer.status is None and answer.error == "broken":
            parts = urlsplit(health.url)
            why = await self._link.forwards(parts.hostname or "", _port(health.url), health.timeout)
            self._forbidden = why == "forbidden"
            return await self._there(health) if self._forbidden else Answer(None, answer.ms, why or "broken")
        return answer

    async def _through(self, health: HealthCheck) -> Answer:
        parts = urlsplit(health.url)
        with tempfile.TemporaryDirectory(prefix=f"slipway-{os.getpid()}-") as folder:  # mode 0700
            path = str(Path(folder) / "health")
            async with self._link.forwarded("health", path, parts.hostname or "localhost", _port(health.url)):
                os.chmod(path, 0o600)  # noqa: PTH101 (no pathlib where nothing may block)
                return await request(health, path)

    async def _there(self, health: HealthCheck) -> Answer:
        asked = wants.health(health)
        found = await self._host.ask("health", HealthAnswer, health.timeout + 5, health=asked)
        return Answer(found.status, found.ms, found.error, found.version)

    async def forwarding(self, health: HealthCheck | None) -> list[tuple[str, bool | None, dict[str, Any]]]:
        """A line for ``doctor``."""
        if health is None or health.source != "host":
            return []
        parts = urlsplit(health.url)
        why = await self._link.forwards(parts.hostname or "localhost", _port(health.url), health.timeout)
        code, good = ("forwarding_off", None) if why == "forbidden" else ("forwarding", True)
        return [(code, good, {"host": self._host.name})]

    async def close(self) -> None:
        self._forbidden = False


async def request(health: HealthCheck, path: str) -> Answer:
    began = time.monotonic()
    limit = aiohttp.ClientTimeout(total=health.timeout)
    try:
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(path), timeout=limit) as session,
            session.get(health.url, allow_redirects=False) as got,
        ):
            body = await _body(got)
            version = version_in(health.version, got.headers, body)
            return Answer(got.status, _ms(began), None, version)
    except TimeoutError:
        return Answer(None, _ms(began), "timeout")
    except aiohttp.ClientSSLError:
        return Answer(None, _ms(began), "tls")
    except (aiohttp.ClientError, OSError):
        return Answer(None, _ms(began), "broken")


async def _body(got: aiohttp.ClientResponse) -> bytes:
    body = b""
    while len(body) < BODY and (piece := await got.content.read(BODY - len(body))):
        body += piece
    return body


def version_in(where: str | None, headers: Any, body: bytes) -> str | None:
    """By JSON pointer (RFC 6901) or ``header:NAME``."""
    if not where:
        return None
    if where.startswith("header:"):
        said = headers.get(where[7:])
        return str(said)[:200] if said is not None else None
    try:
        found = json.loads(body)
        for part in where.split("/")[1:]:
            found = found[int(part)] if isinstance(found, list) else found[part.replace("~1", "/").replace("~0", "~")]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return str(found)[:200] if isinstance(found, (str, int, float)) else None


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _ms(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 1)
