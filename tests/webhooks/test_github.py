"""The adapter ``github``, an imitation that sends its webhooks, and our door between them, all of it over HTTP.

Only the engine's own time is simulated. What is delivered, how often and in which order, is up to the test.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.engine.watching import SLOWEST_LOOK
from bot.model import Deploy, Hint, Phase, TargetSpec, Verdict
from bot.webhooks.github import Door
from bot.webhooks.github.hint import EVENTS
from bot.webhooks.listening import serve
from playground.github import Delivery, Run
from tests.engine.life import STAGING, Life, lived
from tests.gates.asked import asked
from tests.github.town import HEALTH, REPOSITORY, Town, dispatched, town
from tests.webhooks.deliveries import NEW, secret

HISTORIES, DROPPED, MOST, LATE = 4, 0.3, 5, 60.0
QUICK = 1.0  # simulated seconds of verifying, after the look that saw the end


def _spec(spec: TargetSpec, url: str) -> TargetSpec:
    health = replace(HEALTH, url=url, start_within=20.0)
    return replace(spec, repository=REPOSITORY, adapter="github", branch="main", health=health)


@dataclass
class Watched:
    """``coming``: (engine's time, a delivery that is handed over then), soonest first. ``moves``: GitHub's own."""

    life: Life
    world: Town
    chance: random.Random
    coming: list[tuple[float, int, Callable[[], Any]]] = field(default_factory=list)
    told: int = 0
    heard: list[Hint] = field(default_factory=list)
    woken: bool = False

    async def hear(self, hint: Hint) -> None:
        self.heard.append(hint)
        self.woken = bool(await self.life.engine.hint(hint)) or self.woken

    def at(self, seconds: float, act: Callable[[], Any]) -> None:
        self.coming = sorted(
            [*self.coming, (self.life.clock.ticks + seconds, len(self.coming), act)], key=lambda one: one[:2]
        )

    def told_of(self) -> list[Delivery]:
        """What GitHub would send for what just happened there."""
        fresh, self.told = self.world.github.deliveries[self.told :], len(self.world.github.deliveries)
        return fresh

    def move(self, act: Callable[[], Any]) -> None:
        """Something happens on GitHub; its deliveries come 0 to 5 times, each at a time of its own, or never."""
        act()
        for one in self.told_of():
            for _ in range(0 if self.chance.random() < DROPPED else self.chance.randint(0, MOST)):
                self.at(self.chance.uniform(0.0, LATE), lambda one=one: self.world.github.courier.send(one))

    async def carried(self, deploy: Deploy) -> None:
        """The follower's life; a pause ends when it is over, or when a hint woke it."""
        life = self.life
        life.core.wakes.listen(deploy.number)
        for _ in range(1000):
            pause = await life.step(deploy)
            if pause is None:
                return
            due, self.woken = life.clock.ticks + pause, False
            while self.coming and self.coming[0][0] <= due and not self.woken:
                at, _, act = self.coming.pop(0)
                life.clock.pass_(max(at - life.clock.ticks, 0.0))
                found = act()
                if found is not None:
                    assert await found == 202
            if not self.woken:
                life.clock.pass_(due - life.clock.ticks)
        raise AssertionError("never settled")


@asynccontextmanager
async def watched(folder: Path, seed: int) -> AsyncIterator[Watched]:
    async def says(request: web.Request) -> web.Response:
        return web.json_response({"version": world.says})

    async with town() as world, asked(says) as service, lived(folder, partial(_spec, url=service.url)) as life:
        world.runner, world.github.courier.automatic = False, False
        life.platforms[STAGING] = world.adapter()  # type: ignore[assignment]
        life.restart()
        found = Watched(life, world, random.Random(seed))
        runner = await serve(
            Door(life.ledger, (secret(NEW),), found.hear, life.clock.now, life.clock.monotonic).answer, "127.0.0.1", 0
        )
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/github"
        world.repo.hook(url, NEW, tuple(EVENTS))
        try:
            yield found
        finally:
            await runner.cleanup()


async def begun(it: Watched) -> tuple[Deploy, Run]:
    """A deploy of a new commit, whose run has begun."""
    deploy = await it.life.until(await it.life.order(wanted=it.world.repo.commit()), Phase.RUNNING)
    it.told_of()
    return deploy, dispatched(it.world)[-1]


@pytest.mark.chaos
async def test_whatever_comes_or_not_the_end_is_githubs_and_within_one_poll(tmp_path: Path, scale: int) -> None:
    async with watched(tmp_path, 11) as it:
        for turn in range(HISTORIES * scale):
            deploy, run = await begun(it)
            good, ended = it.chance.random() < 0.7, list[float]()

            def end(run: Run = run, good: bool = good, ended: list[float] = ended) -> None:
                run.finish("success" if good else "failure")
                it.world.says = run.inputs["image_tag"] if good else it.world.says
                ended.append(it.life.clock.ticks)

            times = sorted(it.chance.uniform(0.5, 30.0) for _ in range(3))
            for at, act in zip(
                times,
                (lambda run=run: run.advance("build"), lambda run=run: run.advance("build", conclusion="success"), end),
                strict=True,
            ):
                it.at(at, lambda act=act: it.move(act))
            await it.carried(deploy)
            settled = await it.life.now(deploy)
            assert settled.verdict is (Verdict.SUCCEEDED if good else Verdict.FAILED), turn
            assert it.life.clock.ticks - ended[0] <= SLOWEST_LOOK + QUICK, turn
            assert len([one for one in dispatched(it.world) if one.inputs["image_tag"] == deploy.to.id]) == 1
        assert len(it.heard) >= HISTORIES
        assert len(dispatched(it.world)) == HISTORIES * scale


async def test_the_delivery_of_the_end_shows_the_verdict_at_once(tmp_path: Path) -> None:
    async with watched(tmp_path, 12) as it:
        deploy, run = await begun(it)
        await it.life.while_(deploy, 20.0)
        run.finish()
        it.world.says = run.inputs["image_tag"]
        ended = it.life.clock.ticks
        for one in it.told_of():
            it.at(0.05, lambda one=one: it.world.github.courier.send(one))
        await it.carried(deploy)
        assert (await it.life.now(deploy)).verdict is Verdict.SUCCEEDED
        assert it.life.clock.ticks - ended <= 0.2


async def test_a_delivery_that_lies_about_the_end_ends_nothing(tmp_path: Path) -> None:
    """Signed and all, and yet only a reason to look: the API says that it runs."""
    async with watched(tmp_path, 13) as it:
        deploy, run = await begun(it)
        run.advance("build")
        for one in it.told_of():
            lie = one.payload.replace(b'"in_progress"', b'"completed"').replace(
                b'"conclusion":null', b'"conclusion":"success"'
            )
            one.payload = lie
            assert await it.world.github.courier.send(one) == 202
        assert it.heard
        await it.life.while_(deploy, 10.0)
        assert (await it.life.now(deploy)).phase is Phase.RUNNING
