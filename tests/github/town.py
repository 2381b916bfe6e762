"""A repository whose workflow deploys a small service: the imitation of GitHub, its runner, the service's answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from adapters.github.adapter import Github
from adapters.github.config import Config
from adapters.github.hub import Hub
from bot.model import (
    Answer,
    Attempt,
    Change,
    Direction,
    HealthCheck,
    Identity,
    Kind,
    Ref,
    Running,
    Secret,
    Target,
    Version,
)
from bot.ports import At, Place, nowhere
from playground.github import LocalGithub, Repo, Run

TARGET = Target("llmops", "dev")
REPOSITORY = "acme/llmops"
HEALTH = HealthCheck("http://127.0.0.1:1/health", "bot", version="/version")
CD = """\
name: CD
run-name: Deploy ${{ inputs.image_tag }} to ${{ inputs.environment }} (${{ inputs.deploy_id }})
on:
  workflow_dispatch:
    inputs:
      environment: {required: true, type: choice, options: [dev, prod]}
      image_tag: {required: true, type: string}
      deploy_id: {required: false, type: string, default: ""}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - name: Build
        run: make build
  deploy:
    runs-on: ubuntu-latest
    needs: build
    steps:
      - name: Push image
        run: make push
      - name: Roll out
        run: make deploy
"""
SECTION: dict[str, Any] = {
    "workflow": "cd.yml",
    "ref": "main",
    "inputs": {"environment": "{env}", "image_tag": "{version}", "deploy_id": "{attempt}"},
    "rules": {"image_tag": "[0-9a-f]{40}"},
    "deploy_jobs": ["deploy"],
}


class Town:
    """``runner``: takes runs up and ends them well while it is True. ``says``: what the service's answer names."""

    def __init__(self, github: LocalGithub, repo: Repo) -> None:
        self.github = github
        self.repo = repo
        self.runner = True
        self.says: str | None = ""
        self.lies = False
        self.clock = 0.0
        self.hubs: list[Hub] = []
        self._tokens: dict[str, str] = {}

    def token(self, login: str) -> Secret:
        token = Secret("GITHUB_TOKEN")
        token.fill(self._tokens.setdefault(login, self.github.classic_token(login)))
        return token

    def adapter(
        self, at: At = nowhere, *, health: HealthCheck | None = HEALTH, reviewer: str | None = None, **changes: Any
    ) -> Github:
        """A bot process of its own: an identity, a memory and a clock."""
        second = self.token(reviewer) if reviewer else None
        identity = Identity(self.github.api, token=self.token("slipway-bot"), reviewer=second)
        return self.of(Hub(identity, lambda _: None, at=at, now=lambda: self.github.now()), at, health, **changes)

    def of(self, hub: Hub, at: At = nowhere, health: HealthCheck | None = HEALTH, **changes: Any) -> Github:
        self.hubs.append(hub)
        config = Config.model_validate({**SECTION, **changes})
        place = Place(TARGET, config, health, "main", at, account=hub, repository=REPOSITORY, ask=self.ask)
        return Github.of(place, clock=lambda: time.monotonic() + self.clock)

    async def ask(self, check: HealthCheck) -> Answer:
        if self.says is None:
            return Answer(None, 1.0, "refused")
        return Answer(200, 1.0, version=self.says or None)

    def passes(self, seconds: float = 400.0) -> None:
        """Time, for GitHub and for every adapter."""
        self.clock += seconds
        self.github.now = lambda: time.time() + self.clock

    async def runs_on(self) -> None:
        """What GitHub's runners do."""
        while True:
            for run in [run for run in self.repo.runs if not run.done and self.runner]:
                self.carry_out(run)
            await asyncio.sleep(0.02)

    def carry_out(self, run: Run) -> None:
        run.finish()
        if run.conclusion == "success" and not self.lies:
            self.says = run.inputs.get("image_tag") or run.head_sha

    async def close(self) -> None:
        for hub in self.hubs:
            await hub.close()


@asynccontextmanager
async def town(yaml: str = CD) -> AsyncIterator[Town]:
    """A first version is there: somebody dispatched it by hand."""
    async with LocalGithub() as github:
        repo = github.repository(REPOSITORY)
        repo.commit("Begin")
        workflow = repo.workflow(yaml=yaml)
        made = Town(github, repo)
        first = repo.branch("main")
        inputs = {"environment": "dev", "image_tag": first, "deploy_id": ""}
        known = {name: value for name, value in inputs.items() if name in yaml}
        made.carry_out(repo.dispatch(workflow, "main", known, github.state.user("jieun")))
        running = asyncio.create_task(made.runs_on())
        try:
            yield made
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await made.close()


async def order(adapter: Github, wanted: str, n: int = 1, **changes: Any) -> Attempt:
    """A planned attempt towards what ``wanted`` resolves to."""
    to = await adapter.resolve(wanted)
    seen = await adapter.running()
    before = seen.version if isinstance(seen, Running) else None
    kind = changes.get("kind", Kind.DEPLOY)
    plain: dict[str, Any] = {
        "id": f"abcd2345-7-{n}",
        "deploy": 7,
        "n": n,
        "target": TARGET,
        "direction": Direction.FORWARD,
        "kind": kind,
        "before": before,
        "to": to,
        "effect": await adapter.effect(Change(kind, before, to)),
        "intent_at": time.time(),
        "timeout": 60.0,
    }
    return Attempt(**{**plain, **changes})


async def begun(town: Town, **changes: Any) -> tuple[Github, Attempt, Ref, Run]:
    """A dispatched run that no runner has taken yet. ``changes``: of the adapter."""
    town.runner = False
    adapter = town.adapter(**changes)
    one = await order(adapter, town.repo.commit())
    ref = await adapter.start(one)
    return adapter, one, ref, dispatched(town)[-1]


def dispatched(town: Town) -> list[Run]:
    """What the bot's account dispatched."""
    return [run for run in town.repo.runs if run.actor.login == "slipway-bot"]


Wait = Callable[[], bool]
__all__ = ["CD", "HEALTH", "SECTION", "TARGET", "Town", "Version", "begun", "dispatched", "order", "town"]
