"""The certificates that messages name: each is fetched once, within limits that a stranger cannot move."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.gates.outside import request
from bot.webhooks.reading import Fetch, Refused
from bot.webhooks.sns import certificate
from bot.webhooks.sns.certificate import Key, Unfit

SECONDS = 5.0  # of one fetch: SNS waits 15 s for our answer
LARGEST = 32 * 1024  # bytes; SNS's have about 2,500
KEPT = 86_400.0  # seconds for which a certificate is not fetched again
UNFIT = 60.0  # … and one that proved nothing
MOST = 16  # addresses in memory
FETCHES, WITHIN = 10, 60.0  # so many fetches in so many seconds, whatever comes
log = structlog.get_logger("webhooks")


async def fetch(url: str) -> bytes | None:
    """No redirects: the host of the first answer is the one that was judged."""
    reply = await request("GET", url, seconds=SECONDS, limit=LARGEST)
    if reply.status == 200:
        return reply.body
    log.warning("certificate_not_fetched", url=url, reason=reply.code or f"HTTP {reply.status}")
    return None


@dataclass(frozen=True)
class _Known:
    key: Key | None  # None: unfit
    fetched_at: float  # monotonic


@dataclass
class Certificates:
    fetch: Fetch
    now: Callable[[], float]
    monotonic: Callable[[], float]
    _known: dict[str, _Known] = field(default_factory=dict)
    _fetched: deque[float] = field(default_factory=deque)
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, url: str) -> Key:
        """Raises Refused: 401 where it proves nothing, 503 where it could not be had, so that SNS sends again."""
        known = self._remembered(url)
        if known is None:
            async with self._one:
                known = self._remembered(url) or await self._fresh(url)
        if known.key is None or not known.key.since <= self.now() <= known.key.until:
            raise Refused(401, "bad_certificate")
        return known.key

    def _remembered(self, url: str) -> _Known | None:
        known = self._known.get(url)
        if known is None or self.monotonic() - known.fetched_at > (KEPT if known.key else UNFIT):
            return None
        return known

    async def _fresh(self, url: str) -> _Known:
        moment = self.monotonic()
        while self._fetched and moment - self._fetched[0] > WITHIN:
            self._fetched.popleft()
        if len(self._fetched) >= FETCHES:
            raise Refused(503, "no_certificate")
        self._fetched.append(moment)
        pem = await self.fetch(url)
        if pem is None:
            raise Refused(503, "no_certificate")
        try:
            key: Key | None = certificate.read(pem)
        except Unfit as error:
            log.warning("certificate_unfit", url=url, reason=str(error))
            key = None
        found = self._known[url] = _Known(key, moment)
        while len(self._known) > MOST:
            del self._known[min(self._known, key=self._worth)]
        return found

    def _worth(self, url: str) -> tuple[bool, float]:
        """Who sends what proves nothing drives out nobody's certificate."""
        known = self._known[url]
        return known.key is not None, known.fetched_at
