"""How often one message may be drawn, and how long to wait after a failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

APART = 2.0
"""Seconds between two edits of one message (PRODUCT, step 5)."""
SOON = 0.2
"""Seconds until a card is looked at again that is not ready to be shown."""
FIRST, LONGEST = 1.0, 300.0
KEPT = 1000


def again(tries: int) -> float:
    """Seconds until the next try after ``tries`` earlier failures."""
    return min(FIRST * 2.0 ** min(tries, 10), LONGEST)


@dataclass
class Pace:
    """Monotonic seconds per row. Forgetting it costs nothing but an edit that comes early."""

    monotonic: Callable[[], float]
    _until: dict[int, float] = field(default_factory=dict)

    def hold(self, row: int, seconds: float) -> None:
        if len(self._until) > KEPT:
            now = self.monotonic()
            self._until = {key: until for key, until in self._until.items() if until > now}
        self._until[row] = max(self._until.get(row, 0.0), self.monotonic() + seconds)

    def left(self, row: int) -> float:
        return self._until.get(row, 0.0) - self.monotonic()

    def forget(self) -> None:
        self._until.clear()
