"""Who is on call: an override, else the calendar or the rotation, else the role. Pure: everything is passed in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.oncall.rotation import Rotation

STEPS = 100  # changes that are looked over for the next one of the person


class Source(StrEnum):
    OVERRIDE = "override"
    CALENDAR = "calendar"
    ROTATION = "rotation"
    ROLE = "role"


@dataclass(frozen=True)
class Shift:
    """One person on call from ``since`` until ``until`` (epoch seconds, not included). ``id``: an override's number."""

    user: str
    since: float
    until: float
    id: int | None = None

    def holds(self, at: float) -> bool:
        return self.since <= at < self.until


@dataclass(frozen=True)
class Duty:
    """Who is on call, by what, and from when until when without a break. ``user`` None: the role alone counts.

    ``since``/``until`` None: longer than anybody planned.
    """

    user: str | None
    by: Source
    since: float | None = None
    until: float | None = None
    override: int | None = None


@dataclass(frozen=True)
class Told:
    """What /oncall answers. ``role``: an id, which counts where nobody in particular is on call.

    ``calendar``: when it was last read, epoch seconds; 0: never; None: there is none. ``stale``: it is not believed.
    """

    now: Duty
    next: Duty | None
    role: str | None = None
    calendar: float | None = None
    stale: bool = False


class WhoIsOnCall(Protocol):
    """Answered by ``OnCall``, from what it was given, and by ``bot.duty.Rota``, from what holds now."""

    @property
    def role(self) -> str | None: ...
    def now(self, at: float) -> tuple[str, ...]: ...
    def to_ask(self, at: float, requester: str) -> tuple[tuple[str, ...], tuple[str, ...]]: ...


@dataclass(frozen=True)
class OnCall:
    """``role``: an id, pinged when nobody in particular is on call or that person is the requester.

    ``overrides``: of two that hold at once the later in the list counts. ``calendar`` None: there is none, so the
    rotation counts. ``linked``: account → the same person's other accounts.
    """

    role: str | None = None
    rotation: Rotation | None = None
    overrides: tuple[Shift, ...] = ()
    calendar: tuple[Shift, ...] | None = None
    linked: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def now(self, at: float) -> tuple[str, ...]:
        """The users on call now: one, or none (then the role alone counts)."""
        user = self._piece(at)[0]
        return (user,) if user else ()

    def to_ask(self, at: float, requester: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(users, roles) to ping for an approval: on call; if that is the requester, the next; else the role."""
        own = {requester} | self.linked.get(requester, frozenset())
        others = [user for user in (*self.now(at), *self._in_turn(at)) if user not in own]
        if others:
            return (others[0],), ()
        return (), ((self.role,) if self.role else ())

    def duty(self, at: float) -> Duty:
        user, by, override = self._piece(at)
        return Duty(user, by, self._edge(at, user, back=True), self._edge(at, user, back=False), override)

    def next(self, at: float) -> Duty | None:
        """Who follows the person of ``duty``; None: nobody, as far as anybody planned."""
        until = self.duty(at).until
        return None if until is None else self.duty(until)

    def change(self, at: float) -> float:
        """The next instant at which something may change; infinite: none is planned."""
        return min((edge for edge in self._edges(at) if edge > at), default=math.inf)

    @property
    def people(self) -> frozenset[str]:
        """Everybody who is on call at some time, as far as it is planned."""
        shifts = (*self.overrides, *(self.calendar or ()))
        return frozenset([*(self.rotation.people if self.rotation else ()), *(shift.user for shift in shifts)])

    def _piece(self, at: float) -> tuple[str | None, Source, int | None]:
        for shift in reversed(self.overrides):
            if shift.holds(at):
                return shift.user, Source.OVERRIDE, shift.id
        if self.calendar is not None:
            now = [shift for shift in self.calendar if shift.holds(at)]
            found = max(now, key=lambda shift: (shift.since, -shift.until), default=None)
            return (found.user, Source.CALENDAR, None) if found else (None, Source.ROLE, None)
        turn = self.rotation.at(at) if self.rotation else ()
        return (turn[0], Source.ROTATION, None) if turn else (None, Source.ROLE, None)

    def _in_turn(self, at: float) -> tuple[str, ...]:
        if self.calendar is not None:
            coming = sorted((shift for shift in self.calendar if shift.until > at), key=lambda shift: shift.since)
            return tuple(dict.fromkeys(shift.user for shift in coming))
        return self.rotation.at(at) if self.rotation else ()

    def _edge(self, at: float, user: str | None, *, back: bool) -> float | None:
        """Where another person's time ends (``back``) or begins; None: not within what was looked over."""
        for _ in range(STEPS):
            edges = [edge for edge in self._edges(at) if (edge <= at if back else edge > at) and math.isfinite(edge)]
            if not edges:
                return None
            edge = max(edges) if back else min(edges)
            if self._piece(math.nextafter(edge, -math.inf) if back else edge)[0] != user:
                return edge
            at = math.nextafter(edge, -math.inf) if back else edge
        return None

    def _edges(self, at: float) -> Iterator[float]:
        """Instants around ``at`` at which the person may change."""
        for shift in (*self.overrides, *(self.calendar or ())):
            yield shift.since
            yield shift.until
        if self.rotation and self.calendar is None:
            turn = max(self.rotation.turn(at), -1)
            yield from (self.rotation.began(one) for one in (turn, turn + 1) if one >= 0)
