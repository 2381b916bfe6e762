"""/oncall: who it is, somebody else for a while, and back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.duty.rota import Rota
from bot.errors import Refusal
from bot.ledger import Ledger, overrides
from bot.ledger.rows import Override
from bot.model import Person, Target, TargetSpec
from bot.oncall import OnCall, Told
from bot.oncall.until import LONGEST, until_of
from bot.policy import Verb, may, roles_for

OTHERWISE = 86400.0  # seconds: where no change is planned that could end an override


@dataclass(frozen=True)
class Duties:
    """Every verb raises Refusal, and then nothing was changed. ``zone``: of the times that people type."""

    ledger: Ledger
    rota: Rota
    specs: Mapping[Target, TargetSpec]
    zone: str
    now: Callable[[], float] = time.time

    async def told(self) -> Told:
        """Who is on call now and next."""
        await self.rota.refresh()
        return self._told()

    def _told(self) -> Told:
        now, current = self.now(), self.rota.believed
        return Told(current.duty(now), current.next(now), current.role, self.rota.read_at, self.rota.stale)

    async def override(self, who: Person, by: Person, until: str | None) -> Told:
        """``who`` is on call from now on. Whoever is planned anyway, without ``until``, ends the overrides instead."""
        await self.rota.refresh()
        now = self.now()
        self._allow(who, by)
        if until is None and (who.id,) == self._plan().now(now):
            await self._back_to_plan(by, now)
        else:
            end = self._until(until, now)
            await self.ledger.do(overrides.put, user=who.id, user_name=who.name, until=end, by=by.id, now=now)
        return await self.told()

    async def end(self, override: int, by: Person) -> Told:
        """By an admin, whoever set it, or whoever it put on call."""
        found = await self.ledger.read(overrides.get, override)
        if found is None:
            raise Refusal("no_override")
        if by.id not in (found.by, found.user):
            self._allow_admin(by)
        await self.ledger.do(overrides.end, override, by=by.id, now=self.now())
        return await self.told()

    def _plan(self) -> OnCall:
        """As it would be had nobody said anything."""
        return replace(self.rota.believed, overrides=self.rota.planned.overrides)

    async def _back_to_plan(self, by: Person, now: float) -> None:
        standing = [one for one in await self.ledger.read(overrides.recent, now) if _stands(one, now)]
        if not standing:
            raise Refusal("oncall_already")
        for one in standing:
            await self.ledger.do(overrides.end, one.id, by=by.id, now=now)

    def _until(self, text: str | None, now: float) -> float:
        if text is None:
            planned = self.rota.believed.duty(now).until
            return min(planned or now + OTHERWISE, now + LONGEST)
        try:
            return until_of(text, now, self.zone)
        except ValueError:
            raise Refusal("bad_until", wanted=text) from None

    def _allow(self, who: Person, by: Person) -> None:
        """An admin puts anybody on call; the person on call hands over to somebody who is on call at other times."""
        if who.bot:
            raise Refusal("oncall_nobody")
        if not self._is_on_call(by):
            self._allow_admin(by)
        elif not self._is_admin(by) and not self._takes_turns(who):
            raise Refusal("oncall_stranger", who=who.name)

    def _is_on_call(self, who: Person) -> bool:
        """The role counts only while nobody in particular is on call."""
        now = self.rota.now(self.now())
        return who.id in now if now else self.rota.role in who.roles

    def _takes_turns(self, who: Person) -> bool:
        return self.rota.role in who.roles or who.id in self.rota.believed.people

    def _is_admin(self, who: Person) -> bool:
        return all(may(Verb.OVERRIDE, who, spec.policy) for spec in self.specs.values())

    def _allow_admin(self, who: Person) -> None:
        """Who is on call counts everywhere, so the admin of one service is not enough."""
        for target, spec in self.specs.items():
            if not may(Verb.OVERRIDE, who, spec.policy):
                wanted = sorted(roles_for(Verb.OVERRIDE, spec.policy))
                raise Refusal("role", env=target.env, target=str(target), verb=Verb.OVERRIDE.value, roles=wanted)


def _stands(one: Override, now: float) -> bool:
    return one.ended_at is None and one.until > now
