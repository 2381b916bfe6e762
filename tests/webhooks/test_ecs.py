"""The adapter ``ecs``, an imitation whose events go into a queue, and the loop that fetches them.

Only the engine's own time is simulated. What happens on AWS, and which of its events come, is up to the test.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters import mailboxes
from adapters.ecs.account import Aws
from adapters.ecs.adapter import Ecs
from bot.engine.watching import SLOWEST_LOOK
from bot.model import Deploy, Hint, HintQueue, Phase, TargetSpec, Verdict
from bot.ports import Place
from bot.redact import Redactor
from bot.webhooks import Letters
from playground.aws import Queue, Service
from tests.ecs.ours import cloud_keys, section
from tests.ecs.town import HEALTH, Town, town
from tests.engine.life import STAGING, Life, lived
from tests.gates.asked import asked

QUICK = 1.0  # simulated seconds of verifying, after the look that saw the end


@dataclass
class Followed:
    life: Life
    world: Town
    queue: Queue
    letters: Letters = field(init=False)
    heard: list[Hint] = field(default_factory=list)
    woken: bool = False

    async def hear(self, hint: Hint) -> None:
        self.heard.append(hint)
        self.woken = bool(await self.life.engine.hint(hint)) or self.woken

    @property
    def service(self) -> Service:
        return self.world.service

    async def carried(self, deploy: Deploy, after: float, act: Callable[[], object]) -> None:
        """The follower's life; ``after`` so many seconds something happens, and what is told of it is fetched."""
        self.life.core.wakes.listen(deploy.number)
        at: float | None = self.life.clock.ticks + after
        for _ in range(1000):
            pause = await self.life.step(deploy)
            if pause is None:
                return
            due, self.woken = self.life.clock.ticks + pause, False
            if at is not None and at <= due:
                self.life.clock.pass_(max(at - self.life.clock.ticks, 0.0))
                at = None
                act()
                if self.queue.waiting:
                    await self.letters.look()
            if not self.woken:
                self.life.clock.pass_(max(due - self.life.clock.ticks, 0.0))
        raise AssertionError("never settled")

    async def begun(self) -> Deploy:
        """A deploy whose tasks are placed and well, and that ECS does not call complete yet."""
        deploy = await self.life.until(await self.life.order(wanted=self.world.push()), Phase.RUNNING)
        for move in (self.service.place, self.service.run, self.service.healthy, self.service.drain):
            move()
        await self.life.while_(deploy, 20.0)
        self.queue.messages.clear()
        return deploy


@asynccontextmanager
async def followed(folder: Path) -> AsyncIterator[Followed]:
    async def well(request: web.Request) -> web.Response:
        return web.json_response({})

    def on_ecs(spec: TargetSpec) -> TargetSpec:
        return replace(spec, adapter="ecs", health=replace(HEALTH, url=health.url, start_within=20.0))

    async with town(script=None) as world, asked(well) as health, lived(folder, on_ecs) as life:
        clock = life.clock
        account = Aws(cloud_keys(world.keys), Redactor().hide, now=world.aws.now, clock=clock.monotonic)
        world.accounts.append(account)
        place = Place(STAGING, section(world.aws), HEALTH, "main", account=account)
        life.platforms[STAGING] = Ecs.of(place, clock.monotonic)  # type: ignore[assignment]
        life.restart()
        queue = world.aws.queue("slipway", follows=True)
        found = Followed(life, world, queue)
        world.queues.append(HintQueue("seoul", queue.url, "ap-northeast-2", endpoint=world.aws.endpoint))
        (box,) = mailboxes(account, world.queues)
        found.letters = Letters(life.ledger, box, found.hear, world.aws.now, clock.monotonic)
        yield found


async def test_the_event_of_the_end_shows_the_verdict_at_once(tmp_path: Path) -> None:
    async with followed(tmp_path) as it:
        deploy, ended = await it.begun(), list[float]()

        def end() -> None:
            it.service.complete()
            ended.append(it.life.clock.ticks)

        await it.carried(deploy, 0.05, end)
        assert (await it.life.now(deploy)).verdict is Verdict.SUCCEEDED
        assert it.heard
        assert it.life.clock.ticks - ended[0] <= 0.2


async def test_an_event_that_never_comes_costs_a_poll_and_nothing_else(tmp_path: Path) -> None:
    async with followed(tmp_path) as it:
        deploy, ended = await it.begun(), list[float]()

        def end() -> None:
            it.service.complete()
            it.queue.messages.clear()
            ended.append(it.life.clock.ticks)

        await it.carried(deploy, 0.05, end)
        assert (await it.life.now(deploy)).verdict is Verdict.SUCCEEDED
        assert it.heard == []
        assert it.life.clock.ticks - ended[0] <= SLOWEST_LOOK + QUICK


async def test_an_event_that_lies_about_the_end_ends_nothing(tmp_path: Path) -> None:
    async with followed(tmp_path) as it:
        deploy = await it.begun()
        for name in ("SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"):
            it.queue.put(_lie(it, name))
            await it.letters.look()
        assert len(it.heard) == 2
        assert it.woken
        await it.life.while_(deploy, 10.0)
        assert (await it.life.now(deploy)).phase is Phase.RUNNING


async def test_what_lies_in_the_queue_of_another_service_wakes_nobody(tmp_path: Path) -> None:
    async with followed(tmp_path) as it:
        await it.begun()
        it.queue.put(json.loads(json.dumps(_lie(it, "SERVICE_DEPLOYMENT_COMPLETED")).replace("prod-llmops", "other")))
        await it.letters.look()
        assert len(it.heard) == 1
        assert not it.woken
        assert it.queue.messages == []


def _lie(it: Followed, name: str) -> dict[str, Any]:
    told = next(one for one in reversed(it.world.aws.told) if one["detail-type"] == "ECS Deployment State Change")
    return {**told, "id": f"lie-{len(name)}", "detail": {**told["detail"], "eventName": name}}
