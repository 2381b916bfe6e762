"""What one process remembers of an attempt between two looks. After a restart it begins anew and only looks sooner."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.health import Trial
from bot.model import Progress

FIRST_LOOK, SLOWEST_LOOK = 0.15, 2.0


@dataclass
class Watching:
    """Monotonic seconds throughout, so that a clock that jumps moves no deadline. ``age``: the attempt's at birth."""

    attempt: str
    age: float = 0.0
    clock: Callable[[], float] = time.monotonic
    since: float = field(init=False)
    good: float = field(init=False)
    pause: float = FIRST_LOOK
    stop_sent: float | None = None
    trial: Trial | None = None
    last: Progress | None = None
    checked: float = 0.0
    unproved: int = 0
    unwell: int = 0  # bad health answers in a row while its metric is watched
    counted: float | None = None  # until when watched time is counted in the row

    def __post_init__(self) -> None:
        self.since = self.good = self.clock()

    @property
    def elapsed(self) -> float:
        return self.age + self.clock() - self.since

    @property
    def silence(self) -> float:
        """Seconds without one good look."""
        return self.clock() - self.good

    def begins(self) -> None:
        """Its effect began just now, however long ago it was intended."""
        self.age = 0.0
        self.since = self.good = self.clock()

    def seen(self, progress: Progress) -> None:
        self.last = progress
        self.good = self.checked = self.clock()

    def slower(self, again: float | None = None) -> float:
        """``again``: the platform's own word on when to look wins, between our fastest and our slowest."""
        self.pause = min(self.pause * 1.3, SLOWEST_LOOK)
        return self.pause if again is None else min(max(again, FIRST_LOOK), SLOWEST_LOOK)
