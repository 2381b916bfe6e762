"""Ids and time. One clock for everything, so that a test can be an hour later without waiting an hour."""

import time
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000
"""First millisecond of 2015, from which Discord counts (Reference, "Snowflakes")."""


class Clock:
    """Wall clock in seconds since 1970 that tests may push forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class Snowflakes:
    """Strictly increasing ids as decimal strings: milliseconds since 2015 above 22 bits of counter."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._earlier = 0

    def next(self) -> str:
        fresh = (int(self._clock.now() * 1000) - EPOCH_MS) << 22
        self._last = max(self._last + 1, fresh)
        return str(self._last)

    def at(self, seconds: float) -> str:
        """An id of something that happened earlier; unique as well."""
        self._earlier += 1
        return str(((int(seconds * 1000) - EPOCH_MS) << 22) + self._earlier % (1 << 22))


def seconds_of(snowflake: str) -> float:
    """When an id was made, in seconds since 1970."""
    return ((int(snowflake) >> 22) + EPOCH_MS) / 1000


def iso(seconds: float) -> str:
    """ISO 8601 with microseconds and offset, as Discord writes timestamps."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
