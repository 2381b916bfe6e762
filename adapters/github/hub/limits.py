"""How long GitHub wants not to be asked (docs.github.com, "Rate limits for the REST API"). Pure.

Whoever goes on asking while limited may be banned: so the next request waits here, before it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from adapters.github.hub.asked import Reply
from bot.model import Budget

AT_LEAST, AT_MOST = 60.0, 3600.0  # seconds
SECONDARY = ("secondary rate limit", "abuse detection")
PRIMARY = "api rate limit exceeded"


def limited(reply: Reply) -> bool:
    """403 and 429 say many things; these mean "too often"."""
    if reply.status not in (403, 429):
        return False
    said = reply.message.lower()
    spoken = PRIMARY in said or any(words in said for words in SECONDARY)
    return spoken or reply.status == 429 or "retry-after" in reply.headers or _number(reply, "remaining") == 0


class Limits:
    """Of one identity. ``until``: epoch seconds before which nothing may be sent."""

    def __init__(self) -> None:
        self.until = 0.0
        self.budget: Budget | None = None
        self._in_a_row = 0

    def heard(self, reply: Reply, now: float) -> None:
        """Every answer is told, the good ones too."""
        self._count(reply)
        if limited(reply):
            self.until = max(self.until, now + self._wait(reply, now))
            self._in_a_row += 1
        elif reply.status < 400 and now >= self.until:
            self._in_a_row = 0

    def _wait(self, reply: Reply, now: float) -> float:
        """``Retry-After``; else until the reset of an empty budget; else a minute, twice as long each time in a row."""
        after = reply.headers.get("retry-after", "")
        if after.isdecimal():
            return min(float(after), AT_MOST)
        reset = _number(reply, "reset")
        if _number(reply, "remaining") == 0 and reset is not None:
            return min(max(reset - now, 0.0) + 1.0, AT_MOST)
        return float(min(AT_LEAST * 2**self._in_a_row, AT_MOST))

    def _count(self, reply: Reply) -> None:
        """Other resources (search, GraphQL …) have budgets of their own."""
        if reply.headers.get("x-ratelimit-resource", "core") != "core":
            return
        limit, left, reset = (_number(reply, name) for name in ("limit", "remaining", "reset"))
        if limit is not None and left is not None and reset is not None:
            self.budget = Budget(limit, left, float(reset))


def _number(reply: Reply, name: str) -> int | None:
    return number(reply.headers, f"x-ratelimit-{name}")


def number(headers: Mapping[str, str], name: str) -> int | None:
    """Whole numbers are documented; fractions were seen."""
    try:
        return int(float(headers[name]))
    except (KeyError, ValueError, OverflowError):
        return None
