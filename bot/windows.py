"""Freeze windows in local wall-clock time: Friday 18:00 stays at 18:00 all year.

A moment that daylight saving skips is the jump itself. Of one that comes twice, a window begins with the first and ends
with the second: rather closed for an hour more than open for an hour too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Freeze, Window

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY, WEEK = 1440, 10080  # minutes
CHAINED = 100  # windows that follow each other without a gap, before the end is given as it is
CONFIGURED = "config"  # owner of a freeze that nobody typed
_RANGE = re.compile(r"\s*([^\W\d_]+)\s+(\d{1,2}:\d{2})\s*(?:-|–|until|to)\s*([^\W\d_]+)\s+(\d{1,2}:\d{2})\s*")


class NotARange(ValueError):
    """``day``: the word that is no weekday, where that is what is wrong."""

    def __init__(self, sentence: str, day: str | None = None) -> None:
        super().__init__(sentence)
        self.day = day


def week_range(text: str) -> tuple[int, int]:
    """``Fri 18:00 - Mon 09:00`` as (minute of the week, minutes long). Raises NotARange."""
    found = _RANGE.fullmatch(text)
    if not found:
        raise NotARange(f'"{text[:40]}" is no weekly range; write "Fri 18:00 - Mon 09:00"')
    start, end = (_minute(found[day], found[day + 1]) for day in (1, 3))
    if start % WEEK == end % WEEK:
        raise NotARange(f'"{text[:40]}" is empty: it ends when it begins')
    return start % WEEK, (end - start) % WEEK


def _minute(day: str, clock: str) -> int:
    found = [index for index, name in enumerate(DAYS) if day.lower() in (name, name[:3])]
    if not found:
        raise NotARange(f'"{day[:20]}" is no weekday', day)
    hour, minute = (int(part) for part in clock.split(":"))
    if hour * 60 + minute > DAY or minute > 59:
        raise NotARange(f'"{clock}" is no time of day; write 00:00 to 24:00')
    return found[0] * DAY + hour * 60 + minute


def instant(local: datetime, zone: str, *, last: bool) -> float:
    """Epoch seconds of a wall-clock time; ``last``: the second time, where it comes twice."""
    place = ZoneInfo(zone)
    moment = local.replace(tzinfo=place, fold=int(last))
    if moment.astimezone(UTC).astimezone(place).replace(tzinfo=None, fold=0) == local.replace(fold=0):
        return moment.timestamp()
    early, late = sorted(local.replace(tzinfo=place, fold=fold).timestamp() for fold in (0, 1))
    return _jump(place, early, late)


def _jump(place: ZoneInfo, early: float, late: float) -> float:
    """The moment between these two at which the offset changes: offsets change at whole seconds."""
    before = datetime.fromtimestamp(early, place).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, place).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def spans(window: Window, around: float) -> Iterator[tuple[float, float]]:
    """(from, until) of the window's times in the weeks around a moment; its one time where it is dated."""
    if window.dated:
        yield window.dated
    today = datetime.fromtimestamp(around, ZoneInfo(window.zone)).date()
    for weeks in (-1, 0, 1):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
        for start, length in window.weekly:
            yield _at(monday, start, window.zone, last=False), _at(monday, start + length, window.zone, last=True)


def _at(monday: date, minute: int, zone: str, *, last: bool) -> float:
    local = datetime.combine(monday, datetime.min.time()) + timedelta(minutes=minute)
    return instant(local, zone, last=last)


def frozen(windows: Sequence[Window], now: float) -> tuple[Freeze, ...]:
    """What the calendar closes now; each until the first moment at which nothing in it holds any more."""
    return tuple(
        Freeze(0, None, CONFIGURED, window.reason, start, _open_again(windows, end))
        for window in windows
        for start, end in spans(window, now)
        if start <= now < end
    )


def _open_again(windows: Sequence[Window], end: float) -> float:
    for _ in range(CHAINED):
        later = [until for window in windows for start, until in spans(window, end) if start <= end < until]
        if not later:
            break
        end = max(later)
    return end
