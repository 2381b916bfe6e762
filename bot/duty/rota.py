"""Who is on call as it holds now: the configuration's plan with what people said since."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from bot.ledger import Ledger, overrides
from bot.ledger.rows import Override
from bot.oncall import OnCall, Shift


@dataclass
class Rota:
    """Answers like the ``OnCall`` that it holds. ``planned``: of the configuration. Read once before anybody asks."""

    ledger: Ledger
    planned: OnCall
    clock: Callable[[], float] = time.time
    current: OnCall = field(init=False)

    def __post_init__(self) -> None:
        self.current = self.planned

    @property
    def role(self) -> str | None:
        return self.planned.role

    def now(self, at: float) -> tuple[str, ...]:
        return self.current.now(at)

    def to_ask(self, at: float, requester: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.current.to_ask(at, requester)

    async def refresh(self) -> None:
        """After each commit that changes it; raises SlipwayError where the ledger cannot be read."""
        said = await self.ledger.read(overrides.recent, self.clock())
        self.current = replace(self.planned, overrides=(*self.planned.overrides, *shifts(said)))


def shifts(said: Iterable[Override]) -> list[Shift]:
    """An override that was ended is over; one that began and ended at once never was."""
    return [Shift(one.user, one.since, ended(one), one.id) for one in said if ended(one) > one.since]


def ended(one: Override) -> float:
    return one.until if one.ended_at is None else min(one.until, one.ended_at)
