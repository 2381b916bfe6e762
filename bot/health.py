"""Does it answer? One request at a time, and the rule that turns answers into a verdict (PRODUCT, step 6)."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.model import Answer, Health, HealthCheck

BODY_LIMIT = 64 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
LATE = 0.1  # of the time that a start takes: how much later than its end it may be noticed


@dataclass
class Trial:
    """Judges the answers of one health check. Times are monotonic seconds.

    Until something answers: quick tries for ``start_within``. From the first HTTP answer on: ``tries`` tries,
    ``interval`` apart; the first expected status passes.
    """

    check: HealthCheck
    began: float
    wall: float = 0.0  # when it began, for the card
    answered: int = 0
    asked: int = 0
    _pause: float = FIRST_PAUSE

    def judge(self, answer: Answer, now: float) -> Health | None:
        """A verdict, or None: go on after ``pause`` seconds."""
        self.asked += 1
        if answer.status is None:
            passed = now - self.began
            self._pause = min(max(FIRST_PAUSE, passed * LATE), LONGEST_PAUSE)
            late = passed >= self.check.start_within
            return self._health(answer, ok=False) if late and self._given_up() else None
        self.answered += 1
        if answer.status == self.check.expect:
            return self._health(answer, ok=True)
        return self._health(answer, ok=False) if self.answered >= self.check.tries else None

    def _given_up(self) -> bool:
        """Nothing answered in time; or it answered once, went away, and used its tries up."""
        return not self.answered or self.asked >= self.check.tries

    @property
    def pause(self) -> float:
        return self.check.interval if self.answered else self._pause

    def _health(self, answer: Answer, *, ok: bool) -> Health:
        tries = max(self.answered, 1) if ok or self.answered else self.asked
        return Health(ok, tries, answer.status, round(answer.ms, 1), answer.error, time.time())


async def ask(check: HealthCheck) -> Answer:
    """One request from the bot's own side: a fresh connection, no redirects, at most 64 KB read."""
    began = time.monotonic()
    timeout = aiohttp.ClientTimeout(total=check.timeout)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(force_close=True)) as session,
            session.get(check.url, allow_redirects=False) as response,
        ):
            body = await _body(response.content)
            version = read_version(check.version, dict(response.headers), body)
            return Answer(response.status, _ms(began), version=version)
    except TimeoutError:
        return Answer(None, _ms(began), "timeout")
    except aiohttp.ClientConnectorError:
        return Answer(None, _ms(began), "refused")
    except (aiohttp.ClientError, OSError):
        return Answer(None, _ms(began), "broken")


async def _body(content: aiohttp.StreamReader) -> bytes:
    """All of it up to the limit: one read gives no more than what has arrived."""
    try:
        return await content.readexactly(BODY_LIMIT)
    except asyncio.IncompleteReadError as short:
        return short.partial


def _ms(began: float) -> float:
    return (time.monotonic() - began) * 1000


def read_version(how: str | None, headers: Mapping[str, str], body: bytes) -> str | None:
    """What ``HealthCheck.version`` names: a JSON pointer into the body, or ``header:NAME``. None: not there."""
    if how is None:
        return None
    if how.startswith("header:"):
        wanted = how.removeprefix("header:").lower()
        return next((value for name, value in headers.items() if name.lower() == wanted), None)
    try:
        found: Any = json.loads(body)
        for part in how.strip("/").split("/"):
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return str(found) if isinstance(found, str | int) else None
