"""How often the same thing is asked when very much is: below what GitHub takes for a burst.

GitHub allows 900 points a minute, and every GET is one, a 304 too (docs.github.com, "About secondary rate limits").
Forty followers that look every two seconds would be at 2,400. Nobody waits for a turn here: a look that waits ends by
its deadline, and no look is worse than one that is some seconds old. Pure; the clock is passed in.
"""

from __future__ import annotations

from collections import deque

MINUTE = 60.0
QUIET = 300  # points in a minute below which everything is asked at once
RATE = 9.0  # looks a second that all paths share when it is not quiet
WRITE = 5  # points


class Pace:
    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=2 * int(MINUTE * 15))
        self._asked: dict[str, float] = {}

    def read(self, key: str, now: float) -> None:
        self._sent.append(now)
        self._asked[key] = now

    def wrote(self, now: float) -> None:
        """What was known before a write is looked at anew."""
        self._sent.extend([now] * WRITE)
        self._asked.clear()

    def again(self, key: str, now: float) -> bool:
        """Whether it is asked again by now, or was heard so lately that the answer still does."""
        last = self._asked.get(key)
        return last is None or not 0.0 <= now - last < self._apart(now)

    def _apart(self, now: float) -> float:
        """Seconds between two looks at the same path, shared fairly by all that were looked at in the last minute."""
        while self._sent and not 0.0 <= now - self._sent[0] < MINUTE:
            self._sent.popleft()
        if len(self._sent) < QUIET:
            return 0.0
        self._asked = {key: at for key, at in self._asked.items() if 0.0 <= now - at < MINUTE}
        return min(len(self._asked) / RATE, MINUTE / 2)
