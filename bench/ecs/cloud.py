"""AWS, imitated: services whose rollouts take about half a minute, and go well, or are rolled back by ECS itself."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from playground.aws import Keys, LocalAws, Repository, Service

REGIONS = REGION, *_ = ("ap-northeast-2", "ap-northeast-1", "ap-northeast-3", "us-east-1")
REPOSITORY, CONTAINER = "app", "app"
PLACED, STARTED, HEALTHY, DRAINED, CRASHED = (
    1.0,
    12.0,
    8.0,
    10.0,
    2.0,
)  # seconds; a task crashes so long after its start
SPREAD = 0.3  # of each of these: so that a rollout ends at any phase of a poll
FAILURES = 3  # of two tasks' deployment, until the circuit breaker trips


@dataclass
class Cloud:
    """``stable``: service → when, by the monotonic clock, nothing of its last rollout was left to do."""

    aws: LocalAws
    images: dict[str, Repository]  # by region
    health: str = ""
    stable: dict[str, float] = field(default_factory=dict)
    pushed: int = 0

    def push(self) -> str:
        """A new tag, everywhere."""
        self.pushed += 1
        for each in self.images.values():
            each.push(f"v{self.pushed}")
        return f"v{self.pushed}"

    def service(self, name: str, cluster: str, region: str = REGION) -> Service:
        image = self.images[region].image("v0")
        return self.aws.cluster(cluster, region).service(name, containers=[CONTAINER], image=image, desired=2)

    async def roll(self, service: Service, *, good: bool) -> None:
        """From the moment when somebody updates the service until nothing is left to do."""
        self.stable.pop(service.name, None)
        before = service.primary
        async with asyncio.timeout(120):
            while service.primary is before:
                await asyncio.sleep(0.01)
        await _about(PLACED)
        if good:
            await self._well(service)
        else:
            await self._badly(service)
        service.complete()
        self.stable[service.name] = time.monotonic()

    async def _well(self, service: Service) -> None:
        service.place()
        await _about(STARTED)
        service.run()
        await _about(HEALTHY)
        service.healthy()
        await _about(DRAINED)

    async def _badly(self, service: Service) -> None:
        for _ in range(FAILURES):
            service.place()
            await _about(STARTED / FAILURES)
            service.run(1)
            await _about(CRASHED)
            service.fail(exit_code=1)
        await _about(DRAINED / 2)

    def asked(self, keys: Keys, since: int) -> Counter[str]:
        """Requests in the name of these keys, by action, since the so-manieth of all."""
        return Counter(one.action for one in self.aws.requests[since:] if one.who == keys.arn)


async def _about(seconds: float) -> None:
    await asyncio.sleep(seconds * random.uniform(1 - SPREAD, 1 + SPREAD))


@asynccontextmanager
async def cloud() -> AsyncIterator[Cloud]:
    async with LocalAws() as aws:
        made = Cloud(aws, {region: aws.repository(REPOSITORY, region=region) for region in REGIONS})
        for images in made.images.values():
            images.push("v0")

        async def health(request: web.Request) -> web.Response:
            return web.json_response({"status": "ok"})

        app = web.Application()
        app.router.add_get("/{name}/health", health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.health = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield made
        finally:
            await runner.cleanup()
