"""Looks whenever on call may have changed: at each boundary, and after each commit that says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog

from bot import metrics
from bot.duty.rota import Rota
from bot.ledger import Ledger, handover
from bot.ledger.looking import keep_looking

log = structlog.get_logger("duty")
IDLE = 60.0  # seconds between two looks, whatever the wall clock does meanwhile
CONCERNS = ("overrides.", "calendars.")
LATE = 3600.0
"""Seconds: a change that was missed for longer is no news, but whoever waits for approval asks the right person."""


@dataclass
class Handover:
    """``pages``: keys of the targets that ping on-call."""

    ledger: Ledger
    rota: Rota
    pages: Collection[str]
    now: Callable[[], float] = time.time
    _looked: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        await keep_looking(self.ledger, self.look, lambda verb: verb.startswith(CONCERNS), "handover")

    async def look(self) -> float:
        """Seconds until the next look."""
        await self.rota.refresh()
        now, current = self.now(), self.rota.believed
        duty = current.duty(now)
        since = duty.since if duty.since is not None else 0.0
        moment = since if self._looked is None else max(since, self._looked)  # a plan that was changed holds since then
        if await self.ledger.read(handover.on_call) != (duty.user or ""):
            change = handover.Change(duty, current.role, moment, now - moment <= LATE, self.pages)
            if await self.ledger.do(handover.hand_over, change, now):
                metrics.HANDOVERS.inc()
                log.info("handed_over", user=duty.user, by=duty.by.value)
        self._looked = now
        return min(max(current.change(now) - now, 0.05), IDLE)
