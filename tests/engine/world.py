"""A platform, a guild and two clocks that are passed in: scriptable, and as mean as the real ones.

``Platform.log`` is the world's own record of effects, the oracle of every test: (event, attempt id, version).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from bot.errors import AdapterError, SlipwayError
from bot.model import (
    Absent,
    Answer,
    Attempt,
    Change,
    Check,
    Choice,
    Direction,
    Evidence,
    Failure,
    HealthCheck,
    Nothing,
    Observation,
    Person,
    Preflight,
    Progress,
    Ref,
    Running,
    Status,
    Step,
    Unclear,
    Unreadable,
    Version,
)

DEV, ONCALL = "role-dev", "role-oncall"
LONG_AGO = 1_000_000_000.0
JIEUN = Person("1", "jieun", frozenset({DEV}), joined=LONG_AGO)
MINSU = Person("2", "minsu", frozenset({DEV}), joined=LONG_AGO)
HANEUL = Person("3", "haneul", frozenset({ONCALL}), joined=LONG_AGO)
OTHER_ONCALL = Person("4", "sora", frozenset({ONCALL}), joined=LONG_AGO)
STRANGER = Person("9", "stranger", frozenset(), joined=LONG_AGO)
PEOPLE = (JIEUN, MINSU, HANEUL, OTHER_ONCALL, STRANGER)


def version(letter: str) -> Version:
    return Version(letter * 40, letter * 7)


OLD, NEW, ELSE = version("a"), version("b"), version("e")


@dataclass
class Clock:
    """``jump`` moves only the wall clock, as NTP or a person does."""

    wall: float = 1_800_000_000.0
    ticks: float = 5_000.0

    def now(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.ticks

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds

    def jump(self, seconds: float) -> None:
        self.wall += seconds


class Effect(NamedTuple):
    event: str  # begin, stop, abandon
    attempt: str
    to: str
    authority: bool = True  # was it valid at that instant?


@dataclass
class Job:
    attempt: Attempt
    mode: str
    looks: int
    ended: bool = False
    stopped: bool = False


def trouble(code: str = "unreachable", *, retry: bool = True, **facts: Any) -> AdapterError:
    return AdapterError("fake", code, retry=retry, **facts)


@dataclass
class Platform:
    """One target. ``next[call]`` is a queue of what the next calls do: an exception to raise, or a function to run.

    ``mode[direction]`` is how an attempt goes: done · fails (before the switch) · breaks (after it, the new one serves
    badly) · vanishes (after it, nothing runs) · hangs (before the switch) · half (hangs after it) · deaf (hangs, and
    cannot be stopped) · interrupted · interrupted_new · superseded.
    """

    clock: Clock
    runs: Version | None = OLD
    instance: int = 0
    sick: set[str] = field(default_factory=set)
    mode: dict[Direction, str] = field(default_factory=dict)
    looks: int = 1  # looks that an attempt is running for
    log: list[Effect] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    abandoned: set[str] = field(default_factory=set)
    next: dict[str, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[str] = field(default_factory=list)
    dead: bool = False
    effects: dict[str, Any] = field(default_factory=lambda: {"layout": "releases"})
    authority: Callable[[], bool] = lambda: True
    names_version: bool = True
    ci: list[Check] = field(default_factory=list)
    wrote: Sequence[str] | None = ()

    async def _said(self, call: str) -> None:
        self.calls.append(call)
        if self.dead:
            raise trouble()
        if self.next[call]:
            what = self.next[call].popleft()
            if isinstance(what, BaseException):
                raise what
            found = what()
            if asyncio.iscoroutine(found):
                await found

    def begun(self, direction: Direction | None = None) -> list[Effect]:
        return [one for one in self.log if one.event == "begin" and self._is(one, direction)]

    def _is(self, one: Effect, direction: Direction | None) -> bool:
        return direction is None or self.jobs[one.attempt].attempt.direction is direction

    async def resolve(self, wanted: str) -> Version:
        await self._said("resolve")
        return version(wanted[0])

    async def running(self) -> Observation:
        try:
            await self._said("running")
        except AdapterError as error:
            return Unreadable(error.code, error.facts)
        return Running(self.runs, "platform", instance=str(self.instance)) if self.runs else Nothing()

    async def effect(self, change: Change) -> dict[str, Any]:
        await self._said("effect")
        return dict(self.effects)

    async def preflight(self, change: Change) -> Preflight:
        await self._said("preflight")
        return Preflight(proof="platform")

    async def checks(self, version: Version) -> list[Check]:
        await self._said("checks")
        return self.ci

    async def start(self, attempt: Attempt) -> Ref:
        fine: BaseException | None = None
        try:
            await self._said("start")
        except Late as late:
            fine = late.error
        if attempt.id in self.abandoned:
            raise trouble("abandoned", retry=False)
        if attempt.id not in self.jobs:
            self.jobs[attempt.id] = Job(attempt, self.mode.get(attempt.direction, "done"), self.looks)
            self.log.append(Effect("begin", attempt.id, attempt.to.id, self.authority()))
        if fine:
            raise fine
        return Ref({"job": attempt.id})

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        try:
            await self._said("find")
        except AdapterError as error:
            if not error.retry:
                raise
            return Unclear(error.code, error.facts)
        return Ref({"job": attempt.id}) if attempt.id in self.jobs else Absent()

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        await self._said("check")
        job = self.jobs[attempt.id]
        if job.ended:
            return self._ended(job)
        if job.mode == "half":
            self.runs = None
        if job.stopped and job.mode != "deaf":
            return Progress(Status.STOPPED, self._steps(job), switched=job.mode == "half")
        if job.looks > 0 or job.mode in ("hangs", "half", "deaf"):
            job.looks -= 1
            return Progress(Status.RUNNING, self._steps(job))
        self._end(job)
        return self._ended(job)

    def _steps(self, job: Job) -> tuple[Step, ...]:
        return (Step("switch", started_at=self.clock.now() if job.mode == "half" else None),)

    def _end(self, job: Job) -> None:
        job.ended = True
        if job.mode in ("done", "breaks", "interrupted_new"):
            self.runs, self.instance = job.attempt.to, self.instance + 1
        if job.mode == "breaks":
            self.sick.add(job.attempt.to.id)
        if job.mode == "vanishes":
            self.runs = None
        if job.mode == "superseded":
            self.runs, self.instance = ELSE, self.instance + 1

    def _ended(self, job: Job) -> Progress:
        switched = job.mode not in ("fails", "interrupted")
        if job.mode == "superseded" or (switched and self.runs not in (job.attempt.to, None)):
            return Progress(Status.SUPERSEDED, switched=switched)
        if job.mode in ("fails", "vanishes"):
            return Progress(Status.FAILED, switched=switched, failure=Failure("step_failed", "install"))
        status = Status.INTERRUPTED if job.mode.startswith("interrupted") else Status.DONE
        return Progress(status, (Step("switch"),), switched, self._evidence())

    def _evidence(self) -> Evidence | None:
        if self.runs is None:
            return None
        return Evidence(self.runs.id, "platform", str(self.instance), self.clock.now())

    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        await self._said("stop")
        self.jobs[attempt.id].stopped = True
        self.log.append(Effect("stop", attempt.id, ""))

    async def abandon(self, attempt: Attempt) -> bool:
        await self._said("abandon")
        if attempt.id in self.jobs:
            return False
        self.abandoned.add(attempt.id)
        self.log.append(Effect("abandon", attempt.id, ""))
        return True

    async def probe(self, health: HealthCheck) -> Answer:
        await self._said("probe")
        if self.runs is None:
            return Answer(None, 1.0, "refused")
        status = 502 if self.runs.id in self.sick else 200
        return Answer(status, 1.0, version=self.runs.id if self.names_version else None)

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        await self._said("authors")
        return self.wrote

    async def close(self) -> None:
        """Nothing is kept open."""


class Late(Exception):
    """In ``next["start"]``: the effect begins, and its answer is lost with this error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


@dataclass
class Guild:
    """``ports.Authority``: who is who now, and whose reactions stand on the approval card."""

    clock: Clock
    members: dict[str, Person] = field(default_factory=lambda: {one.id: one for one in PEOPLE})
    standing: dict[Choice, set[str]] = field(default_factory=lambda: {choice: set() for choice in Choice})
    silent: bool = False
    gone: bool = False
    grants: Mapping[str, frozenset[str]] | None = field(default_factory=dict)  # None: the log may not be read
    log_silent: bool = False
    slow: float = 0.0  # seconds that pass by while it answers
    asked: list[float] = field(default_factory=list)  # monotonic
    next: deque[Callable[[], Awaitable[object]]] = field(default_factory=deque)  # what happens right after an answer

    def take_role(self, person: Person) -> None:
        self.members[person.id] = replace(person, roles=frozenset())

    async def member(self, user: str) -> Person | None:
        self._answer()
        found = self.members.get(user)
        await self._meanwhile()
        return found

    async def reactions(self, channel: str, message: str) -> Mapping[Choice, frozenset[str]] | None:
        self._answer()
        found = None if self.gone else {choice: frozenset(users) for choice, users in self.standing.items()}
        await self._meanwhile()
        return found

    async def granted(self, since: float) -> Mapping[str, frozenset[str]] | None:
        self._answer()
        if self.log_silent:
            raise SlipwayError("authority_unreadable", fault="asked for")
        return self.grants

    async def _meanwhile(self) -> None:
        while self.next:
            await self.next.popleft()()

    def _answer(self) -> None:
        self.asked.append(self.clock.monotonic())
        self.clock.pass_(self.slow)
        if self.silent:
            raise SlipwayError("authority_unreadable", fault="asked for")
