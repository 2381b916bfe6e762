"""What every part of the engine is given, and the two ways it speaks to the outside: bounded looks, named calls."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from bot import metrics
from bot.engine.watching import Watching
from bot.errors import AdapterError, Refusal, SlipwayError
from bot.ledger import Ledger, deploys
from bot.ledger.rows import Columns, NewPing
from bot.model import Approval, Attempt, Choice, Deploy, Person, Target, Version
from bot.oncall import WhoIsOnCall
from bot.plan import release
from bot.plan.within import within
from bot.policy import Relation, Verb, may, roles_for
from bot.ports import At, Authority, Site, nowhere
from bot.seats import united

T = TypeVar("T")
NONE: Mapping[str, Any] = {}
NO_COLUMNS: Columns = {}
REMEMBERED = 1000  # moments: of plans that nobody confirms only the youngest matter
log = structlog.get_logger("engine")


@dataclass(frozen=True)
class Deadlines:
    """Seconds. Tests shorten them; production does not."""

    call: float = 30.0  # start, find, stop
    look: float = 15.0  # check, running
    authority: float = 10.0  # ARCHITECTURE: starting
    answer_counts: float = 5.0  # how old an authority's answer may be at the intent
    judgement_counts: float = 2.0  # how old Confirm's look at the target may be at the start
    unknown_after: float = 60.0  # without one good look
    escalate_after: float = 900.0  # of an unknown that nobody ended
    intent_counts: float = 60.0  # how old an intent may be when its effect has not begun yet
    settle_after: float = 300.0  # of looking before a person may settle
    plan: float = 600.0  # until Confirm no longer works (PRODUCT, step 1)
    look_again: float = 5.0  # the first pause of an unknown
    unasked: float = 1800.0  # a start without approval that nobody can authorise
    slowest_look: float = 300.0
    gate_again: float = 15.0  # until a gate that said "not yet" is asked again
    metric: float = 10.0  # one query of Prometheus
    recorded_late: float = 60.0  # in which what was asked of a Recorder and not answered may still be done


class Wakes:
    """One event per deploy: whoever changes something calls ``poke``; its follower waits with a limit."""

    def __init__(self) -> None:
        self._events: dict[int, asyncio.Event] = {}

    def _event(self, number: int) -> asyncio.Event:
        return self._events.setdefault(number, asyncio.Event())

    def listen(self, number: int) -> None:
        self._event(number)

    def poke(self, number: int) -> None:
        """Nobody follows it: whoever will reads the row first."""
        if number in self._events:
            self._events[number].set()

    def forget(self, number: int) -> None:
        self._events.pop(number, None)

    async def wait(self, number: int, seconds: float) -> None:
        event = self._event(number)
        with suppress(TimeoutError):  # ``wait_for`` would swallow a cancellation that meets the event (Python 3.11)
            async with asyncio.timeout(seconds):
                await event.wait()
        event.clear()


@dataclass
class Core:
    ledger: Ledger
    sites: Mapping[Target, Site]
    authority: Authority
    oncall: WhoIsOnCall
    linked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    git: Mapping[str, frozenset[str]] = field(default_factory=dict)  # account → its person's git mails and logins
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    at: At = nowhere
    deadlines: Deadlines = field(default_factory=Deadlines)
    wakes: Wakes = field(default_factory=Wakes)
    seen: dict[str, Person] = field(default_factory=dict)  # who voted, with the roles their vote came with
    watching: dict[int, Watching] = field(default_factory=dict)
    heard: dict[tuple[int, float], float] = field(default_factory=dict)  # (deploy, wall clock) → monotonic
    judged: dict[int, float] = field(default_factory=dict)  # deploy → when Confirm began to look, monotonic
    ended: dict[Target, float] = field(default_factory=dict)  # when a deploy last ended there, monotonic
    draining: bool = False

    def site(self, target: Target) -> Site:
        found = self.sites.get(target)
        if found is None:
            raise Refusal("unknown_target", target=str(target))
        return found

    def before(self, target: Target) -> Site | None:
        """The environment before this one in the service's chain."""
        found = self.site(target).spec.previous
        return self.sites.get(Target(target.service, found)) if found else None

    def approval(self, deploy: Deploy) -> Approval | None:
        """What its target asks for; of the first of a set, what all of its targets ask for together."""
        targets = [Target(service, deploy.target.env) for service in deploy.leads] or [deploy.target]
        return united(self.site(target).spec.policy.approve for target in targets)

    def on_call(self) -> frozenset[str]:
        return frozenset(self.oncall.now(self.now()))

    def oncall_roles(self) -> frozenset[str]:
        return frozenset({self.oncall.role} if self.oncall.role else ())

    def relation(self, who: Person, owner: str | None = None) -> Relation:
        return Relation(owner=owner == who.id, oncall=who.id in self.on_call())

    def is_on_call(self, who: Person) -> bool:
        return who.id in self.on_call() or bool(who.roles & self.oncall_roles())

    def allow(self, verb: Verb, who: Person, target: Target, owner: str | None = None) -> None:
        """Raises Refusal("role") with the roles that would do."""
        policy = self.site(target).spec.policy
        if not may(verb, who, policy, self.relation(who, owner)):
            wanted = sorted(roles_for(verb, policy))
            raise Refusal(
                "emergency_role" if verb is Verb.EMERGENCY else "role",
                env=target.env,
                target=str(target),
                verb=verb.value,
                roles=wanted,
            )

    def awake(self) -> None:
        if self.draining:
            raise Refusal("restarting")

    async def call(self, name: str, awaitable: Awaitable[T], seconds: float, kind: str) -> T:
        """One outside call with its deadline and its two named points. A late answer is an AdapterError."""
        self.at(f"{name}.before")
        began, result = time.monotonic(), "error"
        try:
            answer = await within(awaitable, seconds)
            result = "ok"
        except TimeoutError:
            raise AdapterError(kind, "no_answer", retry=True, seconds=int(seconds)) from None
        finally:
            metrics.CALLS.labels(kind, name, result).observe(time.monotonic() - began)
        self.at(f"{name}.answered")
        return answer

    async def member(self, user: str) -> Person | None:
        """By REST, now. Raises SlipwayError("authority_unreadable")."""
        return await self._authority("member", self.authority.member(user))

    async def reactions(self, channel: str, message: str) -> Mapping[Choice, frozenset[str]] | None:
        """By REST, now; None: the message is gone. Raises SlipwayError("authority_unreadable")."""
        return await self._authority("reactions", self.authority.reactions(channel, message))

    async def granted(self, since: float) -> Mapping[str, frozenset[str]] | None:
        """By REST, now; None: the audit log may not be read. Raises SlipwayError("authority_unreadable")."""
        return await self._authority("granted", self.authority.granted(since))

    async def _authority(self, name: str, awaitable: Awaitable[T]) -> T:
        self.at(f"authority.{name}.before")
        try:
            answer = await within(awaitable, self.deadlines.authority)
        except TimeoutError:
            raise SlipwayError("authority_unreadable") from None
        self.at(f"authority.{name}.answered")
        return answer

    def watch(self, attempt: Attempt) -> Watching:
        """What this process remembers of the attempt. After a restart its age is read from the wall clock, once."""
        known = self.watching.get(attempt.deploy)
        if known is None or known.attempt != attempt.id:
            age = max(self.now() - attempt.intent_at, 0.0)
            known = self.watching[attempt.deploy] = Watching(attempt.id, age, self.monotonic)
        return known

    def left(self, number: int, until: float, longest: float = math.inf) -> float:
        """Seconds until a moment of the wall clock, as counted since this process first heard of it.

        ``longest``: how far away it was made, and so at most is now, whatever the clock says after a restart.
        """
        if (number, until) not in self.heard:
            for old in list(self.heard)[: max(len(self.heard) - REMEMBERED, 0)]:
                del self.heard[old]
            self.heard[number, until] = self.monotonic() + min(until - self.now(), longest)
        return self.heard[number, until] - self.monotonic()

    def over(self, number: int, until: float, longest: float = math.inf) -> bool:
        """An expiry: a wall clock that jumps back extends none (SAFETY, clocks)."""
        return min(self.left(number, until, longest), until - self.now()) <= 0

    def forget(self, number: int) -> None:
        """A settled deploy needs no memory."""
        for key in [key for key in self.heard if key[0] == number]:
            del self.heard[key]
        self.wakes.forget(number)
        self.judged.pop(number, None)
        self.watching.pop(number, None)

    async def note(
        self,
        deploy: Deploy,
        action: str,
        *,
        actor: str = "slipway",
        facts: Mapping[str, Any] = NONE,
        columns: Columns = NO_COLUMNS,
        pings: Sequence[NewPing] = (),
        verified: Version | None = None,
        observed: Version | None = None,
    ) -> Deploy:
        """Something about a deploy in its phase, as this row says it. Raises Lost when the row says another by now."""
        put = verified or observed
        ran = await release.read(self.site(deploy.target), put) if put else None
        return await self.ledger.do(
            deploys.note,
            deploy.number,
            revision=deploy.revision,
            now=self.now(),
            actor=actor,
            action=action,
            facts=facts,
            columns=columns,
            pings=pings,
            verified=verified,
            observed=observed,
            ran=ran,
        )

    async def get(self, ulid: str) -> Deploy:
        found = await self.ledger.read(deploys.by_ulid, ulid)
        if found is None:
            raise Refusal("unknown_deploy")
        return found
