"""Moments and durations as people read them."""

from __future__ import annotations

from bot.model import Language
from bot.wording.inert import Trusted

UNITS = {
    "ko": (("일", 86400), ("시간", 3600), ("분", 60), ("초", 1)),
    "en": ((" d", 86400), (" h", 3600), (" min", 60), (" s", 1)),
}


def when(epoch: float) -> Trusted:
    """Relative, kept fresh by Discord. Never in ``content``: push previews show it raw."""
    return Trusted(f"<t:{int(epoch)}:R>")


def clock(epoch: float) -> Trusted:
    """The moment itself, in the reader's own zone: where several stand below each other."""
    return Trusted(f"<t:{int(epoch)}:T>")


def moment(epoch: float) -> Trusted:
    """Date and time in the reader's own zone, and how far away that is: where people plan by it."""
    return Trusted(f"<t:{int(epoch)}:f> (<t:{int(epoch)}:R>)")


def duration(lang: Language, seconds: float) -> Trusted:
    """At most two units: ``2분 31초``, ``1 h 5 min``; tenths below one second."""
    if 0 < seconds < 0.95:
        return Trusted(f"{max(round(seconds, 1), 0.1)}{UNITS[lang][-1][0]}")
    left, parts = round(max(seconds, 0)), list[str]()
    for unit, size in UNITS[lang]:
        if left >= size and len(parts) < 2:
            parts.append(f"{left // size}{unit}")
            left %= size
        elif parts:
            break
    return Trusted(" ".join(parts) or f"0{UNITS[lang][-1][0]}")
