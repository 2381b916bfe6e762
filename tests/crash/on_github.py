"""What the crash tests on GitHub share: the service that is deployed, and what GitHub says was begun."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import get_args

from aiohttp import web

from adapters.github.hub.asked import Sent
from playground.github import Run
from tests.crash.invariants import Effect, Facts
from tests.crash.town import Town
from tests.crash.walk import facts
from tests.github import town as github

CD = github.CD.replace("[dev, prod]", "[dev, staging]")
SENT: Sequence[Sent] = get_args(Sent)
DISPATCHING: dict[str, Sequence[Sent]] = {"tag": ("tag", "start", "cancel"), "head_sha": ("start", "cancel")}
DECIDING: Sequence[Sent] = ("review", "rule")
TELLING: Sequence[Sent] = ("deployment", "status", "comment")


def points(*calls: Sent) -> list[str]:
    return [f"github.{call}.{where}" for call in calls for where in ("before", "sent", "answered")]


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


def facts_of(it: Town, world: github.Town, runs: Sequence[Run], ordered: int) -> Facts:
    """Each attempt was dispatched once, by the run's own input."""
    assert len({run.inputs["deploy_id"] for run in runs}) == len(runs), "an attempt was dispatched twice"
    serving = {"app/staging": str(world.says)}
    return replace(facts(it, ordered), effects=[_effect(run) for run in runs], serving=serving)


def _effect(run: Run) -> Effect:
    return Effect(
        "app/staging", run.inputs["deploy_id"], run.inputs["image_tag"], run.created_at, run.latest.updated_at
    )
