"""Approve, reject, take back, lose the role, cancel, expire, crash, in every order and in the middle of each other.

Whatever the order: exactly one outcome, which audit and row both tell; cancel wins every tie before the intent; and at
the instant of the intent the model says that it may start. One seed is one story.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.errors import Refusal, SlipwayError
from bot.ledger import audit, deploys
from bot.model import Choice, Deploy, Outcome, Person, Phase, Verdict
from tests.authority import model
from tests.engine.life import PROD, Life, lived
from tests.engine.world import DEV, HANEUL, JIEUN, MINSU, ONCALL, OTHER_ONCALL, STRANGER, Guild

PLAYS = 100
LENGTH = 10
VOTERS = (HANEUL, OTHER_ONCALL, MINSU, STRANGER, JIEUN)
REQUEST = model.Request(JIEUN.id, (model.Group(frozenset({ONCALL}), on_call=False, seats=1),))
LISTS = {"deploy": frozenset({DEV}), "oncall": frozenset({ONCALL})}
WITHOUT_EFFECT = (Verdict.REJECTED, Verdict.EXPIRED, Verdict.CANCELLED)


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Patient(Guild):
    """``skip``: answers that go by before somebody acts right after one."""

    skip: int = 0

    async def _meanwhile(self) -> None:
        if self.next and self.skip > 0:
            self.skip -= 1
            return
        await super()._meanwhile()


@dataclass
class Play:
    life: Life
    chance: random.Random
    guild: Patient = field(init=False)
    deploy: Deploy = field(init=False)
    pressed: set[tuple[str, Choice]] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cancelled: bool = False
    intents: int = 0
    verdict: Verdict | None = None
    dies_after: int | None = None  # named points until the process dies

    # The oracle

    def at(self, point: str) -> None:
        """In the ledger's thread: right after its commit the intent is judged by the model."""
        if point == "ledger.attempts.intend.committed":
            self.intents += 1
            self.intended()
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                self.dies_after = None
                raise Killed(point)

    def answered(self, point: str) -> None:
        """Outside calls: where one has been answered (a call that was never made is no coroutine to lose)."""
        if not point.endswith(".before"):
            self.at(point)

    def intended(self) -> None:
        if self.cancelled:
            self.wrong.append("it was intended after its cancel had been answered")
        if self.intents > 1:
            self.wrong.append("it was intended twice")
        if self.life.clock.now() >= (self.deploy.expires_at or 0):
            self.wrong.append("it was intended after its request had expired")
        requester = self.life.guild.members[JIEUN.id]
        if not model.may("deploy", LISTS, requester.roles, bot=False, own=True, on_call=False):
            self.wrong.append("its requester may not deploy any more")
        said = model.judge(REQUEST, self.votes())
        if said.outcome != "approved":
            self.wrong.append(f"it was intended, and the votes say {said}")

    def votes(self) -> tuple[model.Voter, ...]:
        """What stands in Discord, and the buttons that the bot was told of."""
        standing = self.life.guild.standing
        cast = {(user, choice) for choice in Choice for user in standing[choice]} | self.pressed
        roles = {person.id: person.roles for person in self.life.guild.members.values()}
        return tuple(
            model.Voter(f"{user}{choice}", user, choice is Choice.APPROVE, roles[user]) for user, choice in sorted(cast)
        )

    async def check(self) -> None:
        now = await self.life.now(self.deploy)
        if self.verdict is not None and now.verdict is not self.verdict:
            self.wrong.append(f"it was {self.verdict} and is {now.verdict}")
        if self.cancelled and now.verdict is not Verdict.CANCELLED:
            self.wrong.append(f"its cancel was answered, and it is {now.phase} {now.verdict}")
        self.verdict = now.verdict
        assert not self.wrong, [*self.wrong, *self.told]

    async def sums(self) -> None:
        """Row, audit log and world tell one story."""
        begun = self.life.platform.begun()
        assert await self.life.audited(self.deploy, "settled") == 1, self.told
        assert await self.life.ledger.read(audit.verify) == [], self.told
        assert len(begun) == len({effect.attempt for effect in begun}) <= 1, self.told
        effect_is_told = (self.verdict is Verdict.SUCCEEDED) is bool(begun)
        never = not begun and self.verdict in (*WITHOUT_EFFECT, Verdict.FAILED)  # dead for long after the intent
        late = len(begun) == 1 and await self._timed_out()
        assert effect_is_told or never or late, [self.verdict, begun, *self.told]

    # What happens

    async def go(self) -> None:
        self.life.guild = self.guild = Patient(self.life.clock)
        self.life.ledger._at = self.at
        self.restart()
        self.deploy = await self.life.order(PROD)
        some = self.chance.sample(self.doings, 4)  # each story has its own sort of trouble
        for _ in range(LENGTH):
            await self.turn(self.chance.choice((self.step, self.step, self.approve, self.die, *some)))
            await self.check()
        await self.end()
        await self.check()
        await self.sums()

    @property
    def doings(self) -> tuple[Callable[[], Awaitable[object]], ...]:
        return (
            *(self.reject, self.take_back, self.take_back, self.press, self.press, self.lose_role, self.win_role),
            *(self.cancel, self.wait, self.wait, self.crash, self.in_between, self.in_between, self.at_once),
            self.delete_card,
        )

    async def turn(self, doing: Callable[[], Awaitable[object]]) -> None:
        try:
            found = await doing()
            self.told.append(f"{doing.__name__}: {found}")
        except SlipwayError as error:
            self.told.append(f"{doing.__name__}: refused {error}")
        except Killed as killed:
            self.told.append(f"{doing.__name__}: killed at {killed}")
            self.restart()

    def restart(self) -> None:
        self.life.guild.next.clear()
        self.life.restart()
        self.life.core.at = self.answered

    async def step(self) -> object:
        pause = await self.life.step(self.deploy)
        if pause and self.chance.random() < 0.6:
            self.life.clock.pass_(pause)
        return pause

    def someone(self, *people: Person) -> Person:
        return self.life.guild.members[self.chance.choice(people).id]

    async def approve(self) -> object:
        who = self.someone(*VOTERS[:2], *VOTERS)
        await self.life.react(self.deploy, who)
        return who.name

    async def reject(self) -> object:
        who = self.someone(*VOTERS)
        await self.life.react(self.deploy, who, Choice.REJECT)
        return who.name

    async def take_back(self) -> object:
        """Told by the gateway, or lost."""
        who, choice = self.someone(*VOTERS), self.chance.choice(list(Choice))
        await self.life.unreact(self.deploy, who, choice, told=self.chance.random() < 0.5)
        return who.name, choice

    async def press(self) -> object:
        who, choice = self.someone(*VOTERS[:2], *VOTERS), self.chance.choices(list(Choice), [4, 1])[0]
        vote = (who.id, choice)
        stands = await self.life.press(self.deploy, who, choice)
        self.pressed = self.pressed | {vote} if stands else self.pressed - {vote}
        return who.name, choice, stands

    async def lose_role(self) -> object:
        who = self.someone(HANEUL, OTHER_ONCALL, JIEUN)
        self.life.guild.take_role(who)
        return who.name

    async def win_role(self) -> object:
        who = self.chance.choice((HANEUL, OTHER_ONCALL, JIEUN))
        self.life.guild.members[who.id] = who
        return who.name

    async def cancel(self) -> object:
        """A "running" is an answer only where an intent is on disk."""
        who = self.someone(JIEUN, MINSU, HANEUL)
        try:
            ended = await self.life.engine.cancel(self.deploy.ulid, who)
        except Refusal as refusal:
            if refusal.code == "running" and not self.intents:
                self.wrong.append("cancel came before the intent, and lost")
            raise
        self.cancelled = ended.verdict is Verdict.CANCELLED
        return who.name, ended.verdict

    async def wait(self) -> object:
        seconds = self.chance.choice((1.0, 3.0, 5.0, 60.0, 900.0, 1800.0))
        self.life.clock.pass_(seconds)
        return seconds

    async def crash(self) -> object:
        self.restart()
        return None

    async def die(self) -> object:
        """A look in the middle of which the process ends, at some named point."""
        self.dies_after = self.chance.randrange(5)
        try:
            return await self.step()
        finally:
            self.dies_after = None

    async def in_between(self) -> object:
        """Somebody acts right after Discord has answered, or while the platform is read: Slipway is told at once."""
        doing = self.chance.choice((self.cancel, self.cancel, self.reject, self.press, self.approve))
        place = self.chance.choice(("discord", "discord", "running", "preflight", "effect"))
        self.guild.skip = self.chance.randrange(4)
        queue = self.life.guild.next if place == "discord" else self.life.platform.next[place]
        queue.append(lambda: self.turn(doing))
        return doing.__name__, place, await self.step()

    async def at_once(self) -> object:
        """Two at the same time: whoever comes second is told."""
        doing = self.chance.choice((self.cancel, self.cancel, self.approve, self.press, self.reject))
        await asyncio.gather(self.turn(self.step), self.turn(doing))
        return doing.__name__

    async def delete_card(self) -> object:
        if self.chance.random() < 0.8:
            return None
        self.life.guild.gone = True
        await self.life.engine.card_deleted(f"message-{self.deploy.number}")
        return "gone"

    async def _timed_out(self) -> bool:
        """Begun, and stopped at the attempt's own deadline, with the old version in place."""
        now = await self.life.now(self.deploy)
        return (now.verdict, now.outcome, now.code) == (Verdict.FAILED, Outcome.UNTOUCHED, "timed_out")

    async def end(self) -> None:
        """Nobody does anything more: it comes to its verdict by itself."""
        self.life.guild.next.clear()
        self.life.platform.next.clear()
        for _ in range(200):
            phase = (await self.life.now(self.deploy)).phase
            if phase is Phase.SETTLED:
                return
            pause = await self.life.step(self.deploy)
            self.life.clock.pass_(max(pause or 0.0, 600.0 if phase is Phase.AWAITING else 0.1))
        raise AssertionError(f"it never ends: {self.told}")


@pytest.mark.chaos
async def test_however_they_meet_there_is_one_outcome_and_the_model_allows_it(tmp_path: Path, scale: int) -> None:
    outcomes: dict[str, int] = {}
    for seed in range(PLAYS * scale):
        folder = tmp_path / str(seed)
        folder.mkdir()
        async with lived(folder) as life:
            play = Play(life, random.Random(seed))
            try:
                await play.go()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error
        outcomes[str(play.verdict)] = outcomes.get(str(play.verdict), 0) + 1
    assert {"succeeded", "rejected", "cancelled", "expired"} <= set(outcomes), outcomes


async def test_two_that_confirm_at_once_get_one_claim(tmp_path: Path) -> None:
    async with lived(tmp_path) as life:
        plans = [await life.plan(PROD, who=who) for who in (JIEUN, MINSU)]
        told = await asyncio.gather(
            *(life.engine.confirm(plan.ulid, who) for plan, who in zip(plans, (JIEUN, MINSU), strict=True)),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in told) == ["Deploy", "Refusal"]
        assert len(await life.ledger.read(deploys.unfinished)) == 1
