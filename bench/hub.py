"""GitHub, imitated: repositories whose CD workflow takes about three quarters of a minute, and what it brings out."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from playground.github import LocalGithub, Repo, Run

OWNER = "acme"
TEXT = """\
name: CD
run-name: Deploy ${{ inputs.version }} (${{ inputs.attempt }})
on:
  workflow_dispatch:
    inputs:
      version: {required: true, type: string}
      attempt: {required: false, type: string, default: ""}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - {name: Check out, run: git fetch}
      - {name: Unit tests, run: make test}
      - {name: Build the image, run: make image}
  deploy:
    runs-on: ubuntu-latest
    needs: build
    steps:
      - {name: Roll out, run: make deploy}
      - {name: Smoke test, run: make smoke}
"""
JOBS = {
    "build": {"Check out": 2.0, "Unit tests": 12.0, "Build the image": 9.0},
    "deploy": {"Roll out": 8.0, "Smoke test": 4.0},
}
PICKED_UP, SET_UP = 3.0, 1.5  # seconds until a runner takes a job, and until its first step
SPREAD = 0.25  # of each of these times: so that a run ends at any phase of a poll
TARGET = """
[services.{name}]
chain = ["prod"]
branch = "main"
repository = "acme/{name}"
[services.{name}.policy]
deploy = ["deployer"]
[services.{name}.health]
url = "{health}/{name}"
version = "/version"
[services.{name}.env.prod]
adapter = "github"
timeout = "10m"
[services.{name}.env.prod.github]
workflow = "cd.yml"
ref = "main"
inputs = {{ version = "{{version}}", attempt = "{{attempt}}" }}
deploy_jobs = ["deploy"]
"""


@dataclass
class GitHub:
    """``serves``: repository → the version that its service names. ``ended``: run → monotonic seconds."""

    local: LocalGithub
    health: str = ""
    serves: dict[str, str] = field(default_factory=dict)
    ended: dict[int, float] = field(default_factory=dict)

    def repository(self, name: str) -> Repo:
        repo = self.local.repository(f"{OWNER}/{name}")
        self.serves[name] = repo.commit("feat: first")
        repo.workflow(yaml=TEXT)
        return repo

    def target(self, name: str) -> str:
        return TARGET.format(name=name, health=self.health)

    async def carry_out(self, run: Run) -> None:
        """A runner takes its jobs up, one after the other, and their steps go by."""
        for job, steps in JOBS.items():
            await asyncio.sleep(about(PICKED_UP))
            run.advance(job)
            await asyncio.sleep(about(SET_UP))
            for step, seconds in steps.items():
                run.advance(job, step)
                await asyncio.sleep(about(seconds))
                run.advance(job, step, "success")
            if job == "deploy":
                self.serves[run.repo.name] = run.inputs["version"]
                self.ended[run.id] = time.monotonic()
            run.advance(job, conclusion="success")

    def billed(self, login: str, repo: Repo, since: int) -> Counter[str]:
        """By the call's name; GraphQL has a budget of its own."""
        path = f"/repos/{repo.full_name}/"
        seen = self.local.requests[since:]
        return Counter(one.name for one in seen if one.billed and one.login == login and one.path.startswith(path))


def about(seconds: float) -> float:
    return seconds * random.uniform(1 - SPREAD, 1 + SPREAD)


@asynccontextmanager
async def github() -> AsyncIterator[GitHub]:
    async with LocalGithub() as local:
        made = GitHub(local)

        async def health(request: web.Request) -> web.Response:
            return web.json_response({"version": made.serves[request.match_info["name"]]})

        app = web.Application()
        app.router.add_get("/{name}", health)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.health = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield made
        finally:
            await runner.cleanup()
