"""Everybody does everything at once, in every order, and the bot is killed in between: the invariants hold.

One seed is one story; a failure names its seed and prints what happened. The oracle is the world's own log.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.errors import SlipwayError
from bot.ledger import audit, deploys
from bot.model import Choice, Deploy, Direction, Kind, Person, Phase, Verdict
from tests.engine.life import PROD, Life, lived
from tests.engine.world import ELSE, HANEUL, JIEUN, MINSU, OTHER_ONCALL, PEOPLE, STRANGER, Late, trouble

WALKS = 25
MODES = ("done", "done", "done", "fails", "breaks", "vanishes", "hangs", "half", "interrupted", "interrupted_new")
MEETING = ("running", "preflight", "effect", "check", "probe", "find", "stop", "abandon")


@dataclass
class Walk:
    life: Life
    rng: random.Random
    told: list[str] = field(default_factory=list)
    orders: list[Deploy] = field(default_factory=list)
    cancelled: set[int] = field(default_factory=set)
    verdicts: dict[int, Verdict | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lock: bool = False
    stepping: Deploy | None = None

    def __post_init__(self) -> None:
        self.life.ledger._at = self._at
        self.doings: tuple[tuple[int, Callable[[], Awaitable[object]]], ...] = (
            (40, self.step), (6, self.wait), (6, self.order), (12, self.vote), (2, self.unvote), (3, self.press),
            (1, self.cancel), (2, self.stop), (2, self.locks), (1, self.roles), (3, self.crash), (3, self.stumble),
            (1, self.silence), (1, self.death), (1, self.elsewhere), (2, self.jump), (3, self.meet), (1, self.delete),
        )  # fmt: skip

    # The oracle

    def _at(self, point: str) -> None:
        """In the ledger's thread, right after the intent's commit: was it valid at that instant?"""
        deploy = self.stepping
        if point != "ledger.attempts.intend.committed" or deploy is None:
            return
        if any(job.attempt.deploy == deploy.number for job in self.life.platform.jobs.values()):
            return  # putting the old version back needs no authority
        if deploy.number in self.cancelled:
            self.wrong.append(f"#{deploy.number} intended after its cancel had been answered")
        if not self._authority(deploy):
            self.wrong.append(f"#{deploy.number} intended without authority")
        if self.lock and deploy.kind is Kind.DEPLOY:
            self.wrong.append(f"#{deploy.number} intended through a lock")

    def _authority(self, deploy: Deploy) -> bool:
        guild, approvers = self.life.guild, {HANEUL.id, OTHER_ONCALL.id}
        if not guild.members[deploy.requester].roles:
            return False
        able = {user for user in approvers if guild.members[user].roles}
        said = {choice: guild.standing[choice] | self.pressed(choice) for choice in Choice}
        no = (said[Choice.REJECT] & able) | (guild.standing[Choice.REJECT] & {deploy.requester})
        return deploy.kind is Kind.ROLLBACK or bool(said[Choice.APPROVE] & able and not no)

    buttons: set[tuple[str, Choice]] = field(default_factory=set)

    def pressed(self, choice: Choice) -> set[str]:
        return {user for user, pressed in self.buttons if pressed is choice}

    async def check(self) -> None:
        for deploy in self.orders:
            now = await self.life.now(deploy)
            before = self.verdicts.get(deploy.number)
            if before and now.verdict is not before:
                self.wrong.append(f"#{deploy.number} was {before}, is {now.verdict}")
            if now.verdict is Verdict.SUCCEEDED and before is None:
                self._green(now)
            self.verdicts[deploy.number] = now.verdict
        running = [job for job in self.life.platform.jobs.values() if not (job.ended or job.stopped)]
        if len(running) > 1:
            self.wrong.append(f"two at once: {[job.attempt.id for job in running]}")
        starts = [effect.attempt for effect in self.life.platform.begun()]
        if len(starts) != len(set(starts)):
            self.wrong.append(f"begun twice: {starts}")
        assert not self.wrong, [*self.wrong, *self.told]

    def _green(self, deploy: Deploy) -> None:
        runs = self.life.platform.runs
        proved = deploy.evidence is not None and deploy.health is not None and deploy.health.ok
        if not proved or runs is None or runs.id != deploy.to.id or runs.id in self.life.platform.sick:
            self.wrong.append(f"#{deploy.number} is green and {runs} runs")

    # What happens

    async def go(self, steps: int) -> None:
        weights, doings = zip(*self.doings, strict=True)
        for _ in range(steps):
            (doing,) = self.rng.choices(doings, weights)
            await self.do(doing)
            await self.check()

    async def do(self, doing: Callable[[], Awaitable[object]]) -> None:
        try:
            found = await doing()
            self.told.append(f"{doing.__name__}: {found}")
        except (SlipwayError, ValueError) as error:
            self.told.append(f"{doing.__name__}: refused {error}")

    async def open(self) -> Deploy | None:
        return next(iter(await self.life.ledger.read(deploys.unfinished)), None)

    async def step(self) -> object:
        deploy = self.stepping = await self.open()
        if deploy is None:
            return None
        pause = await self.life.step(deploy)
        if self.rng.random() < 0.7:
            self.life.clock.pass_(pause or 0)
        return deploy.phase, pause

    async def wait(self) -> object:
        seconds = self.rng.choice([0.5, 3, 10, 30, 70])
        self.life.clock.pass_(seconds)
        return seconds

    async def order(self) -> object:
        kind = self.rng.choice([Kind.DEPLOY, Kind.DEPLOY, Kind.DEPLOY, Kind.ROLLBACK])
        who, letter = self.rng.choice([JIEUN, MINSU]), self.rng.choice("bcd")
        self.life.platform.mode = {
            Direction.FORWARD: self.rng.choice(MODES), Direction.RESTORE: self.rng.choice(MODES),
        }  # fmt: skip
        deploy = await self.life.order(PROD, kind, self.life.guild.members[who.id], letter)
        for users in self.life.guild.standing.values():
            users.clear()
        self.buttons.clear()
        self.life.guild.gone = False
        self.orders.append(deploy)
        return deploy.number, kind, self.life.platform.mode

    def person(self, *people: Person) -> Person:
        return self.life.guild.members[self.rng.choice(people or PEOPLE).id]

    async def vote(self) -> object:
        deploy, who = await self.open(), self.person(HANEUL, HANEUL, HANEUL, OTHER_ONCALL, JIEUN, STRANGER)
        choice = self.rng.choices(list(Choice), [15, 1])[0]
        if deploy is not None:
            await self.life.react(deploy, who, choice)
        return who.name, choice

    async def unvote(self) -> object:
        deploy, who = await self.open(), self.person(HANEUL, OTHER_ONCALL)
        if deploy is not None:
            await self.life.unreact(deploy, who, self.rng.choice(list(Choice)), told=self.rng.random() < 0.5)
        return who.name

    async def press(self) -> object:
        deploy, who, choice = (
            await self.open(),
            self.person(HANEUL, OTHER_ONCALL),
            self.rng.choices(list(Choice), [8, 1])[0],
        )
        if deploy is None:
            return None
        if await self.life.press(deploy, who, choice):
            self.buttons.add((who.id, choice))
        else:
            self.buttons.discard((who.id, choice))
        return who.name, choice

    async def cancel(self) -> object:
        deploy = await self.open()
        if deploy is None or self.rng.random() < 0.5:
            return None
        await self.life.engine.cancel(deploy.ulid, MINSU)
        self.cancelled.add(deploy.number)
        return deploy.number

    async def stop(self) -> object:
        deploy = await self.open()
        if deploy is None or self.rng.random() < 0.5:
            return None
        return (await self.life.engine.stop(deploy.ulid, JIEUN)).number

    async def locks(self) -> object:
        if self.lock:
            self.lock = False
            await self.life.locks.unlock("app", "prod", HANEUL)
        elif self.rng.random() < 0.3:
            await self.life.locks.lock("app", "prod", HANEUL, "because", None)
            self.lock = True
        return self.lock

    async def roles(self) -> object:
        who = self.rng.choice([JIEUN, MINSU, HANEUL, OTHER_ONCALL])
        if self.life.guild.members[who.id].roles and self.rng.random() < 0.3:
            self.life.guild.take_role(who)
        else:
            self.life.guild.members[who.id] = who
        return who.name, self.life.guild.members[who.id].roles

    async def crash(self) -> object:
        self.life.restart()
        return None

    async def stumble(self) -> object:
        call = self.rng.choice(["start", *MEETING])
        what: BaseException = self.rng.choice([trouble(), trouble("refused", retry=False), ValueError("garbled")])
        what = Late(trouble("lost")) if call == "start" and self.rng.random() < 0.5 else what
        self.life.platform.next[call].extend([what] * (1 if isinstance(what, Late) else self.rng.choice([1, 3])))
        return call, what

    async def silence(self) -> object:
        self.life.guild.silent = not self.life.guild.silent and self.rng.random() < 0.5
        return self.life.guild.silent

    async def death(self) -> object:
        self.life.platform.dead = not self.life.platform.dead and self.rng.random() < 0.5
        return self.life.platform.dead

    async def elsewhere(self) -> object:
        if all(job.ended or job.stopped for job in self.life.platform.jobs.values()) and self.rng.random() < 0.3:
            self.life.platform.runs, self.life.platform.instance = ELSE, self.life.platform.instance + 1
        return self.life.platform.runs

    async def jump(self) -> object:
        self.life.clock.jump(self.rng.choice([-3600, -30, 30, 3600]))
        return self.life.clock.wall

    async def delete(self) -> object:
        deploy = await self.open()
        if deploy is not None and self.rng.random() < 0.3:
            self.life.guild.gone = True
            await self.life.engine.card_deleted(f"message-{deploy.number}")
        return deploy and deploy.number

    async def meet(self) -> object:
        """Somebody acts in the middle of a look."""
        doing = self.rng.choice(
            [self.vote, self.vote, self.unvote, self.press, self.cancel, self.stop, self.locks, self.delete]
        )
        call = self.rng.choice([*MEETING, "discord", "discord", "discord"])
        if call != "discord":
            self.life.platform.next[call].append(lambda: self.do(doing))
        elif doing in (self.press, self.cancel, self.locks, self.vote):  # what Slipway is told of at once
            self.life.guild.next.append(lambda: self.do(doing))
        return call, doing.__name__

    async def end_well(self) -> None:
        """The world gets well; every deploy comes to its verdict, unknown ones by evidence or by a person."""
        self.life.platform.dead = self.life.guild.silent = False
        self.life.platform.next.clear()
        self.life.guild.next.clear()
        for _ in range(600):
            deploy = self.stepping = await self.open()
            if deploy is None:
                return
            pause = await self.life.step(deploy)
            self.life.clock.pass_(max(pause or 0, 0.1))
            await self.check()
            if deploy.phase is Phase.UNKNOWN:
                await self.do(lambda deploy=deploy: self.life.engine.settle(deploy.ulid, JIEUN, "gone"))  # type: ignore[misc]
        raise AssertionError(f"{deploy} never ended: {self.told}")

    async def sums(self) -> None:
        for deploy in self.orders:
            assert await self.life.audited(deploy, "settled") == 1, self.told
        begun = {effect.attempt for effect in self.life.platform.begun()}
        intended = {row.attempt.id for deploy in self.orders for row in await self.life.attempts(deploy)}
        assert begun <= intended
        for number in self.cancelled:
            assert not any(attempt.split("-")[1] == str(number) for attempt in begun), self.told
        assert await self.life.ledger.read(audit.verify) == []


@pytest.mark.chaos
async def test_whatever_happens_every_order_ends_once_and_nothing_starts_unapproved(tmp_path: Path, scale: int) -> None:
    for seed in range(WALKS * scale):
        folder = tmp_path / str(seed)
        folder.mkdir()
        rng = random.Random(seed)
        async with lived(folder) as life:
            life.policy(auto_rollback=rng.random() < 0.5)
            walk = Walk(life, rng)
            try:
                await walk.do(walk.order)
                await walk.go(60)
                await walk.end_well()
                await walk.sums()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error
