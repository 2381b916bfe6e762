"""Who is on call: the role, or a rotation in local wall-clock time: a change at 09:00 stays at 09:00 all year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Rotation:
    """``start``: the first person's first minute, aware; ``every``: seconds of local time; ``people``: user ids."""

    start: datetime
    every: float
    people: tuple[str, ...]

    def at(self, now: float) -> tuple[str, ...]:
        """Everybody, the person on call first, then the next ones in turn. Empty before the start."""
        zone = self.start.tzinfo
        local = datetime.fromtimestamp(now, zone).replace(tzinfo=None)
        passed = (local - self.start.replace(tzinfo=None)).total_seconds()
        if passed < 0 or not self.people:
            return ()
        turn = int(passed // self.every) % len(self.people)
        return self.people[turn:] + self.people[:turn]


@dataclass(frozen=True)
class OnCall:
    """``role``: an id, pinged when nobody in particular is on call or that person is the requester."""

    role: str | None = None
    rotation: Rotation | None = None

    def now(self, at: float) -> tuple[str, ...]:
        """The users on call now: one by rotation, or none (then the role alone counts)."""
        return self.rotation.at(at)[:1] if self.rotation else ()

    def to_ask(self, at: float, requester: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(users, roles) to ping for an approval: on call; if that is the requester, the next; else the role."""
        turn = self.rotation.at(at) if self.rotation else ()
        others = [user for user in turn if user != requester]
        if others:
            return (others[0],), ()
        return (), ((self.role,) if self.role else ())


def zoned(text: str, zone: str) -> datetime:
    """An ISO date and time of the config file, read in the configured zone unless it names its own offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
