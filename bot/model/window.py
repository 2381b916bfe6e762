"""A freeze that the calendar makes, as the configuration says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """``weekly``: ranges as (minute of the local week, minutes long); ``dated``: (from, until), epoch seconds."""

    zone: str
    reason: str = ""
    weekly: tuple[tuple[int, int], ...] = ()
    dated: tuple[float, float] | None = None
