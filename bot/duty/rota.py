"""Who is on call as it holds now: the configuration's plan with what people said since."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.ledger import Ledger, calendars, overrides
from bot.ledger.rows import Override
from bot.oncall import OnCall, Shift

STALE = 86400.0
"""Seconds: an older copy of the calendar is not believed, so the role counts."""


@dataclass
class Rota:
    """Answers like the ``OnCall`` that it holds. ``planned``: of the configuration. Read once before anybody asks."""

    ledger: Ledger
    planned: OnCall
    clock: Callable[[], float] = time.time
    current: OnCall = field(init=False)
    read_at: float | None = None  # when the calendar last said so; 0: never; None: there is none

    def __post_init__(self) -> None:
        self.current = self.planned

    @property
    def stale(self) -> bool:
        """The calendar is configured, and what it said is too old to be believed: the role counts."""
        return self.read_at is not None and self.clock() - self.read_at > STALE

    @property
    def role(self) -> str | None:
        return self.planned.role

    def now(self, at: float) -> tuple[str, ...]:
        return self.believed.now(at)

    def to_ask(self, at: float, requester: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.believed.to_ask(at, requester)

    @property
    def believed(self) -> OnCall:
        return replace(self.current, calendar=()) if self.stale else self.current

    async def refresh(self) -> None:
        """After each commit that changes it; raises SlipwayError where the ledger cannot be read."""
        said = await self.ledger.read(overrides.recent, self.clock())
        found = replace(self.planned, overrides=(*self.planned.overrides, *shifts(said)))
        if self.planned.calendar is not None:
            kept = await self.ledger.read(calendars.kept)
            self.read_at = kept.at if kept else 0.0
            found = replace(found, calendar=kept.shifts if kept else ())
        self.current = found


def shifts(said: Iterable[Override]) -> list[Shift]:
    """An override that was ended is over; one that began and ended at once never was."""
    return [Shift(one.user, one.since, ended(one), one.id) for one in said if ended(one) > one.since]


def ended(one: Override) -> float:
    return one.until if one.ended_at is None else min(one.until, one.ended_at)
