"""Until when somebody takes over, as people type it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import duration
from bot.oncall.rotation import first_shown, moment

LONGEST = 30 * 86400.0
SHORTEST = 60.0


def until_of(text: str, now: float, zone: str) -> float:
    """``4h``, ``18:00`` (the next one in ``zone``) or ``2026-12-26T09:00``, as epoch seconds.

    Raises ValueError, also for a moment that has passed or is more than 30 days away.
    """
    found = _read(text.strip(), now, zone)
    if not SHORTEST <= found - now <= LONGEST:
        raise ValueError(text)
    return found


def _read(text: str, now: float, zone: str) -> float:
    if re.fullmatch(r"[0-2]?[0-9]:[0-5][0-9]", text, re.ASCII):
        return _next(text, now, zone)
    try:
        return now + duration.seconds(text.lower())
    except ValueError:
        return moment(text, zone)


def _next(clock: str, now: float, zone: str) -> float:
    hour, minute = (int(part) for part in clock.split(":"))
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).replace(
        hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None
    )
    found = first_shown(today, ZoneInfo(zone))
    return found if found > now else first_shown(today + timedelta(days=1), ZoneInfo(zone))
