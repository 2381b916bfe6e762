"""The runner of the playground: jobs and steps go by in order, and a step may fail."""

from playground.github import Repo, Run
from playground.github.repository.jobs import Job
from playground.github.runner import Runner

from .conftest import Client


def worked(runner: Runner, run: Run) -> list[str]:
    """What could be seen after each move."""
    seen = []
    while not run.done:
        runner.work()
        for job in run.jobs:
            seen += [f"{job.name}/{one.plan.name}" for one in job.steps if one.status == "in_progress"]
    return seen


async def test_every_step_of_every_job_is_seen_at_work_once(repo: Repo, run: Run) -> None:
    assert worked(Runner(repo), run) == ["build/Check out", "build/Build", "deploy/Deploy"]
    assert run.conclusion == "success"


async def test_a_step_that_fails_ends_the_run_and_has_said_why(repo: Repo, run: Run) -> None:
    def breaks(run: Run, job: Job, step: str) -> str | None:
        if step != "Build":
            return None
        run.says("build", "No space left on device")
        return "failure"

    worked(Runner(repo, done=breaks), run)
    assert run.conclusion == "failure"
    assert b"No space left on device" in run.jobs[0].log()


async def test_what_waits_for_its_environment_or_was_cancelled_is_left_alone(repo: Repo, ask: Client) -> None:
    text = "name: CD\non: workflow_dispatch\njobs: {go: {runs-on: x, environment: dev, steps: [{name: go, run: x}]}}\n"
    repo.workflow(yaml=text)
    repo.environment("dev", reviewers=("haneul",))
    for _ in range(2):
        await ask("POST", "/repos/acme/llmops/actions/workflows/cd.yml/dispatches", {"ref": "main"})
    waits, cancelled = repo.runs
    cancelled.cancel("minsu")
    runner = Runner(repo)
    runner.work()
    assert (waits.status, cancelled.conclusion) == ("waiting", "cancelled")
    repo.review(waits, "dev", "approved", "haneul")
    worked(runner, waits)
    assert waits.conclusion == "success"
