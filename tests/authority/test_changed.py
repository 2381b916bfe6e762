"""Something changes at a random instant between ✅ and the start: nothing begins with stale authority or content.

The instant lies between two looks, or in the middle of one. Every answer that the world gave is kept with its time; at
the commit of the intent the last answer of each sort must be a yes, and young. One seed is one story.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.engine import Deadlines
from bot.errors import SlipwayError
from bot.ledger import Ledger, audit
from bot.model import Check, Choice, Deploy, Gates, Observation, Person, Phase, Running, Verdict, Version
from tests.engine.life import PROD, STAGING, Life, spec
from tests.engine.world import ELSE, HANEUL, JIEUN, NEW, OLD, Clock, Guild, Platform

RUNS = 20
YOUNG = 15.0  # seconds: a slow authority (10) and how long its answer counts (5)
CHANGES = ("branch", "tag", "check", "role", "requester", "vote", "policy", "config", "running", "nothing")
PLACES = ("between", "between", "running", "preflight", "effect", "checks", "member", "reactions")
UNTOLD_IN = {"role": "member", "requester": "member", "vote": "reactions"}
"""What changes right after Discord has answered exactly that is nobody's to know: it is not tried there."""


class Killed(BaseException):
    """The process ends in the middle of a look; a new one goes on."""


@dataclass
class Answers:
    """The last answer of each sort, and when it was given."""

    clock: Clock
    last: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def gave(self, what: str, *, good: bool) -> None:
        self.last[what] = (self.clock.monotonic(), good)

    def stale(self, *wanted: str) -> list[str]:
        now = self.clock.monotonic()
        told = {what: self.last.get(what, (-1e9, False)) for what in wanted}
        return [
            f"{what}: good={good}, {now - at} s ago"
            for what, (at, good) in told.items()
            if not good or now - at > YOUNG
        ]


@dataclass
class Watched(Platform):
    """A platform with a CI, which moves its refs, and whose answers are kept."""

    answers: Answers = field(init=False)
    refs: dict[str, Version] = field(default_factory=lambda: {"main": NEW, "v1": NEW})
    conclusion: str = "success"

    async def resolve(self, wanted: str) -> Version:
        await self._said("resolve")
        return self.refs[wanted]

    async def running(self) -> Observation:
        found = await super().running()
        self.answers.gave("running", good=isinstance(found, Running) and found.version == OLD)
        return found

    async def checks(self, version: Version) -> Sequence[Check]:
        await self._said("checks")
        self.answers.gave("checks", good=self.conclusion == "success" and version == NEW)
        return [Check("test", "ci", self.conclusion, self.clock.now())]


@dataclass
class Members(Guild):
    answers: Answers = field(init=False)
    after: dict[str, list[Callable[[], Awaitable[object]]]] = field(default_factory=dict)

    async def member(self, user: str) -> Person | None:
        found = await super().member(user)
        self.answers.gave(f"member {user}", good=bool(found and found.roles))
        await self._then("member")
        return found

    async def reactions(self, channel: str, message: str) -> Mapping[Choice, frozenset[str]] | None:
        found = await super().reactions(channel, message)
        self.answers.gave("reactions", good=found is not None and HANEUL.id in found[Choice.APPROVE])
        await self._then("reactions")
        return found

    async def _then(self, call: str) -> None:
        for doing in self.after.pop(call, []):
            await doing()


@dataclass
class Story:
    life: Life
    platform: Watched
    guild: Members
    answers: Answers
    chance: random.Random
    what: str
    deploy: Deploy = field(init=False)
    told: list[str] = field(default_factory=list)
    changed: bool = False
    place: str = ""
    wrong: list[str] = field(default_factory=list)

    def at(self, point: str) -> None:
        """In the ledger's thread, right after the intent's commit."""
        if point != "ledger.attempts.intend.committed":
            return
        needed = ("running", "checks", f"member {HANEUL.id}", f"member {JIEUN.id}", "reactions")
        self.wrong += self.answers.stale(*needed)
        if self.changed and self.what in ("policy", "config"):
            self.wrong.append(f"it was intended under another {self.what} than the approved one")

    async def tell(self) -> None:
        self.life.ledger._at = self.at
        wanted = "v1" if self.what == "tag" else "main"
        self.deploy = await self.life.order(PROD, wanted=wanted)
        await self.life.until(self.deploy, Phase.AWAITING)
        await self.life.react(self.deploy, HANEUL)
        self.guild.slow = self.chance.choice((0.0, 0.0, 0.0, 1.0, 4.0))
        place = self.chance.choice(PLACES)
        while place == UNTOLD_IN.get(self.what):
            place = self.chance.choice(PLACES)
        self.place = place
        await self._until_then(place)
        await self._end()
        assert not self.wrong, [*self.wrong, *self.told]
        await self._sums()

    async def _until_then(self, place: str) -> None:
        """Some looks go by; then it changes at once, or in the middle of a call that comes."""
        for _ in range(self.chance.randrange(4)):
            await self._look()
        if self.chance.random() < 0.2:
            self.life.restart()
        if place in ("member", "reactions"):
            self.guild.after[place] = [self.change]
        elif place == "between":
            await self.change()
        else:
            self.platform.next[place].append(self.change)
        self.told.append(f"{self.what} changes {place}")

    async def change(self) -> None:
        self.changed = True
        moved: dict[str, Callable[[], object]] = {
            "branch": lambda: self.platform.refs.update(main=ELSE),
            "tag": lambda: self.platform.refs.update(v1=ELSE),
            "check": lambda: setattr(self.platform, "conclusion", "failure"),
            "role": lambda: self.guild.take_role(HANEUL),
            "requester": lambda: self.guild.take_role(JIEUN),
            "vote": lambda: self.guild.standing[Choice.APPROVE].discard(HANEUL.id),
            "running": lambda: setattr(self.platform, "runs", ELSE),
            "policy": lambda: self.life.policy(hold=1.0),
            "config": lambda: self.life.restart(timeout=60.0),
            "nothing": lambda: None,
        }
        moved[self.what]()
        if self.what in ("policy", "config") and self.place != "between":
            raise Killed  # a changed file is read by a new process

    async def _look(self) -> float | None:
        try:
            pause = await self.life.step(self.deploy)
        except Killed:
            pause = 0.0
        self.told.append(f"{(await self.life.now(self.deploy)).phase}, {pause} s")
        self.life.clock.pass_(min(pause or 0.0, self.chance.choice((0.5, 5.0, 30.0))))
        return pause

    async def _end(self) -> None:
        for _ in range(300):
            if (await self.life.now(self.deploy)).phase is Phase.SETTLED:
                return
            pause = await self._look()
            self.life.clock.pass_(600.0 if pause and pause > 10 else 0.0)
        raise AssertionError(f"it never ends: {self.told[-20:]}")

    async def _sums(self) -> None:
        """What ran is what was approved, or nothing ran."""
        now, begun = await self.life.now(self.deploy), self.platform.begun()
        assert {effect.to for effect in begun} <= {NEW.id}, self.told
        assert len(begun) <= 1, self.told
        assert await self.life.ledger.read(audit.verify) == []
        if self.guild.slow > 1.0:  # answers that are too old when they are complete
            assert not begun, self.told
        elif self.what in ("branch", "tag", "nothing"):  # moved refs concern nobody: the version was resolved long ago
            assert now.verdict is Verdict.SUCCEEDED, [now.verdict, now.code, *self.told]
        elif now.verdict is not Verdict.SUCCEEDED:
            assert not begun or self.what == "running", [now.verdict, now.code, *self.told]


@asynccontextmanager
async def told(path: Path, chance: random.Random, what: str) -> AsyncIterator[Story]:
    clock = Clock()
    answers = Answers(clock)
    platform, guild = Watched(clock), Members(clock)
    platform.answers = guild.answers = answers
    found = spec(PROD, gates=Gates(checks=("test",)), policy={"hold": chance.choice((0.0, 5.0))})
    deadlines = replace(Deadlines(), **({"judgement_counts": 0.0} if chance.random() < 0.5 else {}))
    ledger = await Ledger.open(path / "ledger.db", clock=clock.now)
    try:
        life = Life(ledger, clock, platform, guild, deadlines, {STAGING: spec(STAGING), PROD: found})
        yield Story(life, platform, guild, answers, chance, what)
    finally:
        await ledger.close()


@pytest.mark.chaos
async def test_whatever_changes_after_the_vote_nothing_starts_on_what_was_true_before(
    tmp_path: Path, scale: int
) -> None:
    green = 0
    for seed in range(RUNS * scale):
        folder = tmp_path / str(seed)
        folder.mkdir()
        async with told(folder, random.Random(seed), CHANGES[seed % len(CHANGES)]) as story:
            try:
                await story.tell()
            except (AssertionError, SlipwayError) as error:
                raise AssertionError(f"seed {seed}: {error}") from error
            green += (await story.life.now(story.deploy)).verdict is Verdict.SUCCEEDED
    assert 0 < green < RUNS * scale
