"""llmops: a service whose dev environment is a GitHub workflow of the imitation, and what runs there for real."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from aiohttp import web

from playground.github import App, LocalGithub, Run
from playground.github.repository.jobs import Job
from playground.github.runner import Runner

REPOSITORY = "dojangkok/llmops"
SERVICE, ENV = "llmops", "dev"
WORKFLOW = "cd.yml"
REVIEWER, COLLEAGUE = "haneul", "minsu"
PACE = 0.7
"""Seconds that a step takes."""
TEXT = """\
name: CD
run-name: Deploy ${{ inputs.version }} (${{ inputs.attempt }})
on:
  workflow_dispatch:
    inputs:
      version: {description: commit to deploy, required: true, type: string}
      attempt: {description: Slipway's own mark, required: false, type: string, default: ""}
concurrency:
  group: llmops-dev
permissions:
  contents: read
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Check out
        uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
      - name: Unit tests
        run: make test
      - name: Build the image
        run: make image
  deploy:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    needs: build
    environment: dev
    steps:
      - name: Roll out
        run: make deploy
      - name: Smoke test
        run: make smoke
"""


class Llmops:
    """`async with`: the imitation, its runner and the service, which answers with the commit `running`."""

    def __init__(self, moved: Callable[[], None]) -> None:
        self.github = LocalGithub()
        self.repo = self.github.repository(REPOSITORY)
        self.running = self.repo.commit("feat: first gateway", author=COLLEAGUE, files={"app.py": "v1\n"})
        self.repo.workflow(f".github/workflows/{WORKFLOW}", TEXT)
        self.runner = Runner(self.repo, PACE, self._step, moved)
        self.url = ""
        self._moved = moved
        self._working: asyncio.Task[None] | None = None
        self._service: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.github.start()
        app = web.Application()
        app.router.add_get("/health", self._health)
        self._service = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._service.setup()
        await web.TCPSite(self._service, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._service.addresses[0][1]}"
        self._working = asyncio.create_task(self.runner.run(), name="work off GitHub's runs")
        return self

    async def __aexit__(self, *_: object) -> None:
        working, self._working = self._working, None
        if working is not None:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await working
        if self._service is not None:
            await self._service.cleanup()
        await self.github.stop()

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "version": self.running})

    def _step(self, run: Run, job: Job, step: str) -> str | None:
        """What the steps do in the world: the service runs what was rolled out."""
        if step == "Roll out":
            self.running = run.inputs.get("version") or run.head_sha
            run.says(job.plan.key, f"rolling out {self.running[:7]}", "2 of 2 replicas are ready")
        if step == "Unit tests":
            run.says(job.plan.key, "42 passed in 3.1 s")
        return None

    @cached_property
    def app(self) -> App:
        """Slipway's own identity: an App, which may read the notes on a job too."""
        return self.github.app(slug="slipway", owner=REPOSITORY.partition("/")[0])

    # What people may do

    @property
    def run(self) -> Run | None:
        """The newest run."""
        return self.repo.runs[-1] if self.repo.runs else None

    @property
    def busy(self) -> bool:
        """A run is under way."""
        return self.run is not None and not self.run.done

    @property
    def waits(self) -> bool:
        """Whether the environment wants a review before it lets a job in."""
        return any(one.guarded for one in self.repo.environments)

    @property
    def badly(self) -> bool:
        """The next dispatch will be answered 502."""
        return bool(self.github.faults.waiting.get("dispatch"))

    def push(self) -> str:
        """A commit on main."""
        number = len(self.repo.tree.commits)
        files: dict[str, str | None] = {"app.py": f"v{number}\n"}
        made = self.repo.commit(f"feat: answer faster, part {number}", author=COLLEAGUE, files=files)
        self._moved()
        return made

    def answer_502(self) -> None:
        """The next dispatch starts its run and is answered 502; a second call takes that back."""
        if self.badly:
            self.github.faults.clear()
        else:
            self.github.faults.next("dispatch", "502")
        self._moved()

    def cancel(self) -> bool:
        """Somebody cancels the newest run on GitHub's page. False: there is none to cancel."""
        if self.run is None or self.run.done:
            return False
        self.run.cancel(COLLEAGUE)
        self._moved()
        return True

    def guard(self) -> None:
        """The environment wants a review; a second call approves what waits and wants none any more."""
        if not self.waits:
            self.repo.environment(ENV, reviewers=(REVIEWER,))
        else:
            for gate in [one for one in self.repo.gates if not one.closed and not one.run.done]:
                self.repo.review(gate.run, ENV, "approved", REVIEWER, "seen in the playground")
            self.repo.environment(ENV)
        self._moved()

    @property
    def view(self) -> dict[str, Any]:
        """For the page: what the service runs, and the newest run job by job."""
        run, titles = self.run, {one.sha: one.message for one in self.repo.tree.commits.values()}
        facts = {"env": ENV, "service": SERVICE, "version": self.running, "title": titles.get(self.running, "")}
        return {**facts, "repository": REPOSITORY, "run": _shown(run) if run else None}


def _shown(run: Run) -> dict[str, Any]:
    jobs = [
        {
            "name": job.name,
            "status": job.conclusion or job.status,
            "steps": [{"name": one.plan.name, "status": one.conclusion or one.status} for one in job.steps],
        }
        for job in run.jobs
    ]
    began = datetime.fromtimestamp(run.created_at).astimezone().strftime("%H:%M:%S")
    return {"id": run.id, "at": began, "title": run.title, "status": run.conclusion or run.status, "jobs": jobs}
