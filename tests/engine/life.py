"""The real ledger and the real engine between a passed-in world and passed-in clocks; time passes only when told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.engine import Core, Deadlines, Engine
from bot.engine.follow import Follower
from bot.ledger import Ledger, attempts, audit, deploys, shown
from bot.locks import Locks
from bot.model import (
    Approval,
    AttemptRow,
    Choice,
    Deploy,
    Group,
    HealthCheck,
    Kind,
    Order,
    Person,
    Phase,
    Policy,
    Target,
    TargetSpec,
    VoteSource,
)
from bot.oncall import OnCall
from bot.ports import Site
from bot.queue import Queue
from tests.engine.world import DEV, HANEUL, JIEUN, ONCALL, Clock, Guild, Platform

STAGING, PROD = Target("app", "staging"), Target("app", "prod")
HOUR = 3600.0
GIT = {HANEUL.id: frozenset({"haneul@example.org"})}


class Section(BaseModel):
    path: str = "/srv/app"


def spec(target: Target, **changes: Any) -> TargetSpec:
    approve = Approval((Group((ONCALL,)),), 1800.0) if target.env == "prod" else None
    policy = Policy((DEV,), (DEV, ONCALL), (), (ONCALL,), approve, hold=5.0, auto_rollback=False)
    policy = replace(policy, **changes.pop("policy", {}))
    health = HealthCheck("http://127.0.0.1:1/health", "host", start_within=20.0, tries=3, interval=2.0)
    found = TargetSpec(
        target, "App", "fake", Section(), policy, health, timeout=120.0, page=True, branch="b", repository=None
    )
    return replace(found, **changes)


@dataclass
class Life:
    ledger: Ledger
    clock: Clock
    platform: Platform
    guild: Guild
    deadlines: Deadlines
    specs: dict[Target, TargetSpec]
    core: Core = field(init=False)
    engine: Engine = field(init=False)
    locks: Locks = field(init=False)
    queue: Queue = field(init=False)
    followers: dict[int, Follower] = field(default_factory=dict)
    platforms: dict[Target, Platform] = field(default_factory=dict)  # where a target is not on ``platform``

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, **changes: Any) -> None:
        """A new process on the same ledger: what was remembered is gone. ``changes``: of every spec."""
        self.specs = {target: replace(found, **changes) for target, found in self.specs.items()}
        sites = {target: Site(found, self.platforms.get(target, self.platform)) for target, found in self.specs.items()}
        oncall = OnCall(ONCALL)
        self.core = Core(
            self.ledger,
            sites,
            self.guild,
            oncall,
            git=GIT,
            now=self.clock.now,
            monotonic=self.clock.monotonic,
            deadlines=self.deadlines,
        )
        self.ledger.on_commit.clear()
        self.engine = Engine(self.core)
        self.followers.clear()
        self.locks = Locks(self.ledger, self.specs, oncall, self.clock.now)
        self.queue = Queue(self.ledger, self.specs, oncall, self.clock.now)

    def policy(self, **changes: Any) -> None:
        """Another policy, as a changed file brings it: with a restart."""
        self.specs = {t: replace(found, policy=replace(found.policy, **changes)) for t, found in self.specs.items()}
        self.restart()

    # What people do

    async def plan(
        self,
        target: Target = STAGING,
        kind: Kind = Kind.DEPLOY,
        who: Person = JIEUN,
        wanted: str | None = None,
        model: str | None = None,
    ) -> Deploy:
        if kind is Kind.DEPLOY:
            wanted = wanted or "b"
        return await self.engine.propose(Order(kind, target, who.id, who.name, wanted, None, model=model), who)

    async def order(
        self,
        target: Target = STAGING,
        kind: Kind = Kind.DEPLOY,
        who: Person = JIEUN,
        wanted: str | None = None,
        model: str | None = None,
    ) -> Deploy:
        """Planned, confirmed, and its card is on the screen."""
        planned = await self.plan(target, kind, who, wanted, model)
        deploy = await self.engine.confirm(planned.ulid, who)
        await self.post(deploy.number)
        return deploy

    async def post(self, number: int) -> str:
        row = await self.ledger.read(shown.card_of, number)
        assert row is not None
        message = f"message-{number}"
        await self.ledger.do(shown.sent, row.id, "channel", message, row.screen, self.clock.now())
        return message

    async def react(self, deploy: Deploy, who: Person, choice: Choice = Choice.APPROVE) -> None:
        self.guild.standing[choice].add(who.id)
        await self.engine.vote(f"message-{deploy.number}", "channel", who, choice, VoteSource.REACTION)

    async def unreact(self, deploy: Deploy, who: Person, choice: Choice = Choice.APPROVE, *, told: bool = True) -> None:
        self.guild.standing[choice].discard(who.id)
        if told:
            bare = Person(who.id, "", frozenset())
            message = f"message-{deploy.number}"
            await self.engine.vote(message, "channel", bare, choice, VoteSource.REACTION, standing=False)

    async def press(self, deploy: Deploy, who: Person, choice: Choice = Choice.APPROVE) -> bool:
        return await self.engine.vote(f"message-{deploy.number}", "channel", who, choice, VoteSource.BUTTON)

    # How it goes on

    async def step(self, deploy: Deploy) -> float | None:
        """One look of the follower, after which no time has passed. None: settled."""
        if deploy.number not in self.followers:
            self.followers[deploy.number] = Follower(self.core, deploy.number)
        return await self.followers[deploy.number].step()

    async def until(self, deploy: Deploy, *phases: Phase, limit: int = 400) -> Deploy:
        """The follower's life, with the clock put on by each pause, until one of these phases (or the verdict)."""
        for _ in range(limit):
            now = await self.now(deploy)
            if now.phase in (*phases, Phase.SETTLED):
                return now
            pause = await self.step(deploy)
            self.clock.pass_(pause or 0.0)
        raise AssertionError(f"never came to {phases}: {await self.now(deploy)}")

    async def settled(self, deploy: Deploy) -> Deploy:
        return await self.until(deploy)

    async def while_(self, deploy: Deploy, seconds: float, at_most: int = 500) -> int:
        """So many seconds of the follower's life go by; the number of looks that it took."""
        end = self.clock.ticks + seconds
        for looks in range(at_most):
            if self.clock.ticks >= end:
                return looks
            pause = await self.step(deploy)
            if pause is None:
                return looks
            self.clock.pass_(pause)
        raise AssertionError(f"spins: {at_most} looks within {seconds} s")

    async def deployed(self, letter: str, target: Target = STAGING, model: str | None = None) -> Deploy:
        """One green deploy."""
        deploy = await self.order(target, wanted=letter, model=model)
        return await self.settled(deploy)

    async def approved(self, who: Person = HANEUL) -> Deploy:
        """To prod, approved by a reaction, and about to be held."""
        deploy = await self.order(PROD)
        await self.until(deploy, Phase.AWAITING)
        await self.react(deploy, who)
        return await self.now(deploy)

    # What is true

    async def now(self, deploy: Deploy) -> Deploy:
        found = await self.ledger.read(deploys.get, deploy.number)
        assert found is not None
        return found

    async def attempts(self, deploy: Deploy) -> list[AttemptRow]:
        return await self.ledger.read(attempts.of, deploy.number)

    async def pings(self, deploy: Deploy) -> list[str]:
        return [row.kind for row in await self.ledger.read(shown.on, deploy.number) if row.kind != "card"]

    async def audited(self, deploy: Deploy, action: str) -> int:
        return sum(row.action == action for row in await self.ledger.read(audit.of, deploy.number))


@asynccontextmanager
async def lived(path: Path, change: Callable[[TargetSpec], TargetSpec] = lambda same: same) -> AsyncIterator[Life]:
    clock = Clock()
    ledger = await Ledger.open(path / "ledger.db", clock=clock.now)
    try:
        specs = {target: change(spec(target)) for target in (STAGING, PROD)}
        yield Life(ledger, clock, Platform(clock), Guild(clock), Deadlines(judgement_counts=0.0), specs)
    finally:
        await ledger.close()
