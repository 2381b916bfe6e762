"""Works off what was dispatched: jobs are picked up and their steps go by, at a pace that can be watched."""

import asyncio
from collections.abc import Callable

from playground.github.repository import Repo, Run
from playground.github.repository.jobs import TEAR_DOWN, Job

Done = Callable[[Run, Job, str], str | None]
"""A step is about to end: what it does in the world. Returns the conclusion when it is no success."""


def well(run: Run, job: Job, step: str) -> str | None:
    """Every step succeeds."""
    return None


class Runner:
    """Somebody must `run` it. `moved` hears of every move."""

    def __init__(self, repo: Repo, pace: float = 1.0, done: Done = well, moved: Callable[[], None] = lambda: None):
        self.repo, self.pace, self.done, self.moved = repo, pace, done, moved

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(self.pace)
            self.work()

    def work(self) -> None:
        """One move of every run: each job that can goes one step further."""
        for run in [one for one in self.repo.runs if one.status in ("queued", "in_progress")]:
            for job in [one for one in run.jobs if one.status in ("queued", "in_progress")]:
                if not run.done:
                    self._move(run, job)
            self.moved()

    def _move(self, run: Run, job: Job) -> None:
        key = job.plan.key
        if job.status == "queued":
            run.advance(key)
            self._begin(run, job)
            return
        at_work = next(one.plan.name for one in job.steps if one.status != "completed")
        if at_work == TEAR_DOWN:
            run.advance(key, conclusion="success")
            return
        conclusion = self.done(run, job, at_work)
        run.advance(key, at_work, conclusion or "success")
        if job.status == "in_progress":
            self._begin(run, job)

    def _begin(self, run: Run, job: Job) -> None:
        """The next step is at work."""
        step = next(one.plan.name for one in job.steps if one.status != "completed")
        if step != TEAR_DOWN:
            run.says(job.plan.key, f"##[group]{step}")
            run.advance(job.plan.key, step)
