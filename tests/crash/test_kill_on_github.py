"""The same walk on GitHub: the bot dies at every point of what it sends there; what was dispatched is the oracle."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from playground.github import Run
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.invariants import Effect, Facts
from tests.crash.town import Town, town
from tests.crash.walk import facts
from tests.github import town as github

CALLS = {"tag": ("tag", "start", "cancel"), "head_sha": ("start", "cancel")}
WHERE = ("before", "sent", "answered")
CD = github.CD.replace("[dev, prod]", "[dev, staging]")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pin", CALLS)
async def test_a_bot_killed_at_each_point_of_what_it_sends_to_github_dispatches_once(
    pin: str, tmp_path: Path, nursery: Nursery
) -> None:
    died = tmp_path / "died"
    async with github.town(CD) as world, service(world) as health:
        token = world.github.classic_token("slipway-bot")
        environment = {"GITHUB_TOKEN": token, "CRASH_EACH": "github.", "CRASH_DIED": str(died)}
        write = partial(config_file.on_github, world.github.api, github.REPOSITORY, health, pin)
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            ordered = await _deploys(it, world)
        ended = died.read_text().split()
        points = [f"github.{call}.{where}" for call in CALLS[pin] for where in WHERE]
        assert [point for point in points if ended.count(point) != 1] == []
        assert invariants.broken(_facts(it, world, ordered)) == []


@asynccontextmanager
async def service(world: github.Town) -> AsyncIterator[str]:
    """What is deployed: it says its version."""

    async def health(request: web.Request) -> web.Response:
        return web.json_response({"version": world.says})

    app = web.Application()
    app.router.add_get("/health", health)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/health"
    finally:
        await runner.cleanup()


async def _deploys(it: Town, world: github.Town) -> int:
    for _ in range(2):
        number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
        assert await it.verdict(number) == "succeeded"
    number = await it.order(it.jieun, "rollback", "staging")
    assert await it.verdict(number) == "succeeded"
    await _stopped(it, world)
    await it.quiet()
    return 4


async def _stopped(it: Town, world: github.Town) -> None:
    """While no runner takes it; GitHub takes its time to end it, so that each life asks again."""
    world.runner, world.repo.stubborn = False, True
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    card = await it.card_of(number)
    await it.shows(card, "stop")
    asked = await it.clicked(it.jieun, card, "stop")
    assert asked is not None
    assert asked.message is not None
    await it.clicked(it.jieun, asked.message, "stop_confirm")
    await it.come_true(lambda: _cancels(world) >= len(WHERE), "the run is not cancelled")
    run = github.dispatched(world)[-1]
    run.stop(world.github.state.user("slipway-bot"))
    assert await it.verdict(number) == "cancelled"


def _cancels(world: github.Town) -> int:
    return sum(seen.path.endswith("/cancel") for seen in world.github.requests)


def _facts(it: Town, world: github.Town, ordered: int) -> Facts:
    """Each attempt was dispatched once, by the run's own input."""
    runs = github.dispatched(world)
    assert len({run.inputs["deploy_id"] for run in runs}) == len(runs), "an attempt was dispatched twice"
    serving = {"app/staging": str(world.says)}
    return replace(facts(it, ordered), effects=[_effect(run) for run in runs], serving=serving)


def _effect(run: Run) -> Effect:
    return Effect(
        "app/staging", run.inputs["deploy_id"], run.inputs["image_tag"], run.created_at, run.latest.updated_at
    )
