"""Reads the on-call calendar every five minutes. What was read last stands until it is a day old."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot import metrics
from bot.duty.calendar import feed
from bot.duty.rota import STALE
from bot.errors import SlipwayError
from bot.ledger import Ledger, calendars
from bot.ledger.calendars import Kept
from bot.oncall import Names
from bot.ports import At, nowhere

__all__ = ["AHEAD", "BEHIND", "Calendar", "feed"]
log = structlog.get_logger("calendar")

EVERY = 300.0  # seconds
BEHIND, AHEAD = 86400.0, 60 * 86400.0
ANEW = 6 * 3600.0  # seconds after which an unchanged file is expanded again, since the window moves


@dataclass
class Calendar:
    """``url``: asked for at each read, since it is a secret. ``zone``: of times that name none."""

    ledger: Ledger
    url: Callable[[], str]
    names: Names
    zone: str
    now: Callable[[], float] = time.time
    at: At = nowhere
    _copy: feed.Copy | None = None
    _expanded_at: float = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(EVERY)

    async def turn(self) -> None:
        """Read it once; what goes wrong is logged."""
        try:
            await self.look()
        except SlipwayError as error:
            await self._not_read(error)
        except Exception:
            log.exception("calendar.failed", reference=secrets.token_hex(4))

    async def look(self) -> None:
        """Read it once. Raises SlipwayError; then what was kept stands."""
        self.at("calendar.read.before")
        copy = await feed.read(self.url(), self._copy)
        self.at("calendar.read.answered")
        now = self.now()
        found = await self._again(now) if copy is None else await self._expanded(copy, now)
        await self.ledger.do(calendars.keep, found)
        metrics.CALENDAR_READ.set(now)

    async def _again(self, now: float) -> Kept:
        """Nothing changed there; but the window moves, so that it is expanded anew once in a while."""
        assert self._copy is not None, "only a server that was told of a copy says that it did not change"
        kept = await self.ledger.read(calendars.kept)
        if kept is None or now - self._expanded_at >= ANEW:
            return await self._expanded(self._copy, now)
        return replace(kept, at=now)

    async def _expanded(self, copy: feed.Copy, now: float) -> Kept:
        found = await feed.expand(copy.body, now - BEHIND, now + AHEAD, self.zone)
        shifts, unknown = self.names.shifts(found.shifts)
        self._copy, self._expanded_at = copy, now
        if unknown or found.broken:
            log.warning("calendar.not_understood", unknown=unknown, broken=found.broken)
        return Kept(now, shifts, unknown, found.broken)

    async def _not_read(self, error: SlipwayError) -> None:
        try:
            kept = await self.ledger.read(calendars.kept)
        except SlipwayError:
            kept = None
        age = None if kept is None else round(self.now() - kept.at)
        stale = age is None or age > STALE
        log.warning("calendar.stale" if stale else "calendar.not_read", code=error.code, age=age, **error.facts)
