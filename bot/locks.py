"""Lock, unlock, freeze: what people put in the way of deploys, and who may take it away."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import Refusal, concerning
from bot.ledger import Ledger, posts
from bot.ledger import locks as rows
from bot.model import Freeze, Lock, Person, Policy, Target, TargetSpec, duration
from bot.oncall import WhoIsOnCall
from bot.policy import Relation, Verb, may, roles_for
from bot.windows import frozen

LONGEST = 90 * 86400.0
HOUR = 3600.0


def seconds_of(text: str | None) -> float | None:
    """``30m``, ``2h``, ``7d``; None means until somebody takes it away. Raises Refusal("bad_duration")."""
    if text is None or not text.strip():
        return None
    try:
        found = duration.seconds(text.strip().lower())
    except ValueError:
        raise Refusal("bad_duration", wanted=text) from None
    if not 0 < found <= LONGEST:
        raise Refusal("bad_duration", wanted=text)
    return found


@dataclass(frozen=True)
class Locks:
    """Every verb raises Refusal, and then nothing was changed. ``service`` and ``env`` None mean all of them."""

    ledger: Ledger
    specs: Mapping[Target, TargetSpec]
    oncall: WhoIsOnCall
    now: Callable[[], float] = time.time

    def _covered(self, service: str | None, env: str | None) -> list[TargetSpec]:
        found = [
            spec
            for target, spec in self.specs.items()
            if service in (None, target.service) and env in (None, target.env)
        ]
        if not found:
            raise Refusal("unknown_target", target=f"{service or '*'} · {env or '*'}")
        return found

    def _allow(self, verb: Verb, who: Person, specs: list[TargetSpec], owner: str | None = None) -> None:
        """For a hold on several targets the person must be allowed on each of them."""
        relation = Relation(owner == who.id, who.id in self.oncall.now(self.now()))
        for spec in specs:
            if not may(verb, who, spec.policy, relation):
                with concerning(spec.target.service, spec.target.env):
                    raise Refusal("role", **_role_facts(verb, spec.target, spec.policy))

    async def lock(self, service: str | None, env: str | None, who: Person, reason: str, for_: str | None) -> Lock:
        """A person's hold, with owner, reason and expiry."""
        specs = self._covered(service, env)
        self._allow(Verb.LOCK, who, specs)
        seconds, now = seconds_of(for_), self.now()
        return await self.ledger.do(
            rows.lock,
            service=service,
            env=env,
            owner=who.id,
            owner_name=who.name,
            reason=reason,
            until=now + seconds if seconds else None,
            now=now,
        )

    async def unlock(self, service: str | None, env: str | None, who: Person) -> list[Lock]:
        """Takes away the locks that cover exactly what was named; each needs its owner or on-call."""
        self._covered(service, env)
        now = self.now()
        found = [
            lock for lock in await self.ledger.read(rows.all_locks, now) if (lock.service, lock.env) == (service, env)
        ]
        if not found:
            raise Refusal("no_such_lock", target=f"{service or '*'} · {env or '*'}")
        for lock in found:
            self._allow_unlock(lock, who)
        for lock in found:
            await self.ledger.do(rows.unlock, lock.id, by=who.id, by_name=who.name, now=now)
        return found

    async def release(self, lock_id: int, who: Person, message: str | None) -> Lock:
        """*Unlock* on the message that says that it ends soon."""
        await self._nagged(lock_id, who, message)
        return await self.ledger.do(rows.unlock, lock_id, by=who.id, by_name=who.name, now=self.now())

    async def extend(self, lock_id: int, who: Person, message: str | None) -> Lock:
        """One more hour, by its owner or on-call; as often as they ask, up to the longest lock that there is."""
        lock = await self._nagged(lock_id, who, message, verb="extend")
        if lock.until is not None and lock.until + HOUR - self.now() > LONGEST:
            raise Refusal("bad_duration", wanted="1h")
        return await self.ledger.do(rows.extend, lock_id, seconds=HOUR, by=who.id, now=self.now())

    async def _nagged(self, lock_id: int, who: Person, message: str | None, **verb: str) -> Lock:
        """The lock of the message that was pressed, if it still holds and the person may."""
        post = await self.ledger.read(posts.by_message, message) if message else None
        if post is None or post.payload.get("lock") != lock_id:
            raise Refusal("stale")
        for lock in await self.ledger.read(rows.all_locks, self.now()):
            if lock.id == lock_id:
                self._allow_unlock(lock, who, **verb)
                return lock
        raise Refusal("no_such_lock")

    def _allow_unlock(self, lock: Lock, who: Person, **verb: str) -> None:
        try:
            self._allow(Verb.UNLOCK, who, self._covered(lock.service, lock.env), lock.owner)
        except Refusal as refusal:
            raise Refusal("not_lock_owner", **{**refusal.facts, **verb, "owner": lock.owner_name}) from None

    async def freeze(self, env: str | None, who: Person, until: str | None, reason: str) -> Freeze:
        """No deploys to an environment; rollbacks stay possible."""
        self._allow(Verb.FREEZE, who, self._covered(None, env))
        seconds, now = seconds_of(until), self.now()
        return await self.ledger.do(
            rows.freeze, env=env, owner=who.id, reason=reason, until=now + seconds if seconds else None, now=now
        )

    async def unfreeze(self, env: str | None, who: Person) -> list[Freeze]:
        specs = self._covered(None, env)
        self._allow(Verb.FREEZE, who, specs)
        now = self.now()
        found = {
            freeze.id: freeze
            for spec in specs
            for freeze in await self.ledger.read(rows.freezes_on, spec.target, now)
            if freeze.env == env
        }
        if not found:
            self._not_by_hand(env, specs)
            raise Refusal("no_such_lock", target=env or "*")
        for freeze in found.values():
            await self.ledger.do(rows.unfreeze, freeze.id, by=who.id, now=now)
        return list(found.values())

    def _not_by_hand(self, env: str | None, specs: list[TargetSpec]) -> None:
        """What the calendar closes now was typed by nobody, so nobody can take it away in Discord."""
        closed = [one for spec in specs for one in frozen(spec.windows, self.now())]
        if closed:
            raise Refusal("freeze_configured", env=env or "*", until=closed[0].until, reason=closed[0].reason)


def _role_facts(verb: Verb, target: Target, policy: Policy) -> dict[str, object]:
    return {"env": target.env, "target": str(target), "verb": verb.value, "roles": sorted(roles_for(verb, policy))}
