"""A service on the local AWS that rolls out by itself, and bots that deploy to it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.ecs.account import Aws
from adapters.ecs.adapter import Ecs
from adapters.ecs.config import Config
from bot.model import Attempt, Change, Direction, HealthCheck, HintQueue, Kind, Progress, Ref, Running, Status, Target
from bot.ports import At, Place, nowhere
from bot.redact import Redactor
from playground.aws import Definition, LocalAws, Seen, Service
from playground.aws.ecs.definition import register
from playground.host import until
from tests.ecs.allowed import denied, policy, whole
from tests.ecs.ours import CLUSTER, CONTAINER, REPOSITORY, SERVICE, cloud_keys, section

TARGET = Target("llmops", "prod")
MODEL_KEY, MODEL = "MODEL_ID", "org/small-1"
HEALTH = HealthCheck("http://127.0.0.1:1/health", "bot")
OVER = (Status.FAILED, Status.STOPPED, Status.INTERRUPTED, Status.SUPERSEDED)


class Town:
    """``service`` moves by itself; ``service.script`` says how."""

    def __init__(self, aws: LocalAws, **changes: Any) -> None:
        self.aws = aws
        self.keys = aws.keys()
        self.repository = aws.repository(REPOSITORY)
        self.first = self.repository.push("0" * 40)
        plain: dict[str, Any] = {"environment": {MODEL_KEY: MODEL}, "script": "good", "pace": 0.01}
        image = self.repository.image("0" * 40)
        names = [CONTAINER, "router"]
        self.service: Service = aws.cluster(CLUSTER).service(
            SERVICE, containers=names, image=image, **{**plain, **changes}
        )
        self.accounts: list[Aws] = []
        self.configs: list[Config] = [whole(section(aws), self.service.primary.definition.family)]
        self.queues: list[HintQueue] = []
        self.clock = 0.0
        self.made = 0

    def adapter(self, at: At = nowhere, model_key: str | None = MODEL_KEY, **changes: Any) -> Ecs:
        """A bot process of its own."""
        account = Aws(cloud_keys(self.keys), Redactor().hide, at=at, now=lambda: self.aws.now())
        self.accounts.append(account)
        config = section(self.aws, **changes)
        self.configs.append(whole(config, self.service.primary.definition.family))
        place = Place(TARGET, config, HEALTH, "main", at, account=account, model_key=model_key)
        return Ecs.of(place, clock=lambda: time.monotonic() + self.clock)

    def push(self, tag: str = "", **how: Any) -> str:
        """A new image; its tag."""
        self.made += 1
        tag = tag or f"{self.made:040x}"
        self.repository.push(tag, **how)
        return tag

    def digest(self, tag: str) -> str:
        return str(self.repository.digest_of(tag))

    def registers(self, attempt: str) -> Definition:
        """As another process of the bot would: the newest revision once more, with this attempt's tag."""
        newest = self.service.primary.definition
        tags = [{"key": "slipway:attempt", "value": attempt}]
        return register(newest.region, newest.family, newest.body, tags=tags, by="slipway")

    def lies(self) -> None:
        """From now on rollouts complete, and their tasks run the first image."""
        self.service.script = "good"
        self.service.moved = self._forged

    def _forged(self) -> None:
        for task in self.service.tasks:
            for container in task.containers[:1]:
                container.digest = container.digest and self.first

    def passes(self, seconds: float = 400.0) -> None:
        """Time, for every adapter."""
        self.clock += seconds

    def sent(self, *actions: str) -> list[Seen]:
        """What was asked of AWS by these names, the answered and the lost."""
        return [seen for seen in self.aws.requests if seen.action in actions]

    async def close(self) -> None:
        for account in self.accounts:
            await account.close()
        assert denied(self.aws.requests, policy(self.configs, self.queues)) == []  # what `slipway iam` prints is enough


@asynccontextmanager
async def town(**changes: Any) -> AsyncIterator[Town]:
    """A first version is there: somebody deployed it by hand, by its tag."""
    async with LocalAws() as aws:
        made = Town(aws, **changes)
        try:
            yield made
        finally:
            await made.close()


async def order(adapter: Ecs, wanted: str, n: int = 1, **changes: Any) -> Attempt:
    """A planned attempt towards what ``wanted`` resolves to."""
    to = await adapter.resolve(wanted)
    seen = await adapter.running()
    before = seen.version if isinstance(seen, Running) else None
    kind = changes.get("kind", Kind.DEPLOY)
    change = Change(kind, before, to, changes.get("model"))
    plain: dict[str, Any] = {
        "id": f"abcd2345-7-{n}",
        "deploy": 7,
        "n": n,
        "target": TARGET,
        "direction": Direction.FORWARD,
        "kind": kind,
        "before": before,
        "to": to,
        "effect": await adapter.effect(change),
        "intent_at": time.time(),
        "timeout": 60.0,
    }
    return Attempt(**{**plain, **changes})


async def watch(adapter: Ecs, one: Attempt, ref: Ref, patience: float = 20.0) -> Progress:
    """Look until it is over, or proved."""
    last = Progress(Status.RUNNING)

    async def over() -> bool:
        nonlocal last
        last = await adapter.check(one, ref)
        return last.status in OVER or last.evidence is not None

    await until(over, patience, f"the attempt is not over: {last}")
    return last
