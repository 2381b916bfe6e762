"""A rotation turns in local wall-clock time: a change at 09:00 stays at 09:00 all year.

A turn begins at the first instant at which the local clock shows its time or a later one: with the clocks going
forward over it, at the leap; with the clocks going back over it, the first time, and it never turns back.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

REPEATED = 3 * 3600.0
"""Seconds of local time that a change of the clocks repeats, at the very most (zones have repeated up to two hours)."""


@dataclass(frozen=True)
class Rotation:
    """``start``: the first person's first minute, aware; ``every``: seconds of local time; ``people``: user ids."""

    start: datetime
    every: float
    people: tuple[str, ...]

    def at(self, now: float) -> tuple[str, ...]:
        """Everybody, the person on call first, then the next ones in turn. Empty before the start."""
        turn = self.turn(now)
        if turn < 0 or not self.people:
            return ()
        first = turn % len(self.people)
        return self.people[first:] + self.people[:first]

    def turn(self, now: float) -> int:
        """Number of the turn, from 0; below 0 before the start."""
        local = datetime.fromtimestamp(now, self.start.tzinfo).replace(tzinfo=None)
        passed = (local - self.start.replace(tzinfo=None)).total_seconds()
        if passed < -REPEATED:
            return -1
        about = math.floor(passed / self.every)
        ahead = range(about, about + math.ceil(REPEATED / self.every) + 2)
        return about - 1 + bisect_right(ahead, now, key=self.began)

    def began(self, turn: int) -> float:
        """The instant at which a turn begins, epoch seconds; infinite beyond the calendar."""
        try:
            local = self.start.replace(tzinfo=None) + timedelta(seconds=turn * self.every)
            return first_shown(local, self.start.tzinfo)
        except OverflowError:
            return math.inf


def first_shown(local: datetime, zone: tzinfo | None) -> float:
    """The first instant at which a clock there shows ``local`` or later (PEP 495: fold 0 is the offset before)."""
    once, again = (local.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if once <= again:
        return once
    gap = range(math.floor(again), math.ceil(once) + 1)
    return float(gap[bisect_left(gap, local, key=lambda at: datetime.fromtimestamp(at, zone).replace(tzinfo=None))])


def zoned(text: str, zone: str) -> datetime:
    """An ISO date and time of the config file, read in the configured zone unless it names its own offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def moment(text: str, zone: str) -> float:
    """The same as epoch seconds; a time that the clocks leap over is the leap."""
    found = zoned(text, zone)
    return first_shown(found.replace(tzinfo=None), found.tzinfo)
