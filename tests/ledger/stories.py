"""Deploys brought to a place in their life, by the very verbs that the engine uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from sqlite_utils import Database

from bot.ledger import attempts, deploys, meta
from bot.ledger.connection import connect, transact
from bot.ledger.opening import open_ledger
from bot.model import Attempt, Deploy, Direction, Kind, Order, Phase, Plan, Ref, Target, Verdict, Version

T = TypeVar("T")

PROD = Target("ai-server", "prod")
STAGING = Target("ai-server", "staging")
JIEUN, HANEUL = "1001", "1002"


def version(letter: str) -> Version:
    return Version(letter * 40, letter * 7, "main")


def made(path: Path) -> Database:
    """A new ledger's connection, for verbs without the thread."""
    return open_ledger(path, now=0.0, busy=5.0)


@dataclass
class Story:
    """Tells a target's life on one connection; the clock is a counter."""

    db: Database
    clock: count[int] = field(default_factory=lambda: count(1_000))

    @classmethod
    def at(cls, path: Path) -> Story:
        return cls(connect(path))

    def now(self) -> float:
        return float(next(self.clock))

    def do(self, verb: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return transact(self.db, verb, *args, **kwargs)

    def planned(self, target: Target = PROD, letter: str = "b", kind: Kind = Kind.DEPLOY, who: str = JIEUN) -> Deploy:
        order = Order(kind, target, who, "jieun", "main", None)

        def build(number: int, ulid: str) -> Plan:
            return a_plan(number, meta.epoch(self.db), target, letter, kind, who)

        return self.do(deploys.plan, order, build, self.now())

    def confirmed(self, target: Target = PROD, letter: str = "b", kind: Kind = Kind.DEPLOY) -> Deploy:
        return self.confirm(self.planned(target, letter, kind))

    def confirm(self, deploy: Deploy, *, displace: bool = False) -> Deploy:
        now = self.now()
        return self.do(deploys.confirm, deploy.number, now=now, expires_at=now + 1800, displace=displace)

    def move(self, deploy: Deploy, to: Phase, **more: Any) -> Deploy:
        given = {"now": self.now(), "actor": "slipway", "action": to.value, **more}
        return self.do(deploys.move, deploy.number, phase=deploy.phase, revision=deploy.revision, to=to, **given)

    def intended(self, target: Target = PROD, letter: str = "b") -> Deploy:
        return self.intend(self.move(self.confirmed(target, letter), Phase.STARTING))

    def intend(self, deploy: Deploy, direction: Direction = Direction.FORWARD, **more: Any) -> Deploy:
        attempt = self.attempt(deploy, direction)
        seen = {"phase": deploy.phase, "revision": deploy.revision}
        return self.do(attempts.intend, deploy.number, **seen, attempt=attempt, now=self.now(), **more)

    def attempt(self, deploy: Deploy, direction: Direction = Direction.FORWARD) -> Attempt:
        name, n = attempts.name(self.db, deploy.number)
        to = deploy.to if direction is Direction.FORWARD else version("a")
        return Attempt(name, deploy.number, n, deploy.target, direction, deploy.kind, None, to, {}, self.now())

    def running(self, target: Target = PROD, letter: str = "b") -> Deploy:
        deploy = self.intended(target, letter)
        last = attempts.of(self.db, deploy.number)[-1].attempt.id
        seen = {"phase": deploy.phase, "revision": deploy.revision}
        return self.do(attempts.adopt, last, Ref({"unit": last}), number=deploy.number, **seen, now=self.now())

    def settle(self, deploy: Deploy, verdict: Verdict, **more: Any) -> Deploy:
        given = {"now": self.now(), "actor": "slipway", "verdict": verdict, **more}
        return self.do(deploys.settle, deploy.number, phase=deploy.phase, revision=deploy.revision, **given)

    def succeeded(self, target: Target = PROD, letter: str = "b") -> Deploy:
        return self.settle(self.running(target, letter), Verdict.SUCCEEDED, verified=version(letter), ends="done")


def a_plan(number: int, epoch: str, target: Target, letter: str, kind: Kind = Kind.DEPLOY, who: str = JIEUN) -> Plan:
    to = version(letter)
    return Plan(
        format=1,
        number=number,
        epoch=epoch,
        kind=kind,
        target=target,
        adapter="ssh",
        from_id="a" * 40,
        to_id=to.id,
        effect={"unit": "ai-server"},
        policy={},
        gates={},
        section={},
        requester=who,
        digest=f"{number:064x}",
        to=to,
    )
