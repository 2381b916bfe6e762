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
    _drawn: dict[int, float] = field(default_factory=dict)

    def hold(self, row: int, seconds: float) -> None:
        """Whatever there is to draw, not before so many seconds have passed."""
        self._until = self._young(self._until)
        self._until[row] = max(self._until.get(row, 0.0), self.monotonic() + seconds)

    def mark(self, row: int) -> None:
        """It was just drawn: the next edit comes ``APART``, a verdict at once."""
        self._drawn = self._young(self._drawn)
        self._drawn[row] = self.monotonic() + APART

    def left(self, row: int, *, verdict: bool = False) -> float:
        paced = 0.0 if verdict else self._drawn.get(row, 0.0)
        return max(self._until.get(row, 0.0), paced) - self.monotonic()

    def forget(self) -> None:
        self._until.clear()
        self._drawn.clear()

    def _young(self, known: dict[int, float]) -> dict[int, float]:
        if len(known) <= KEPT:
            return known
        now = self.monotonic()
        return {key: until for key, until in known.items() if until > now}
