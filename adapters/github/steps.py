"""The lines of the card: waiting for a turn, a runner or an environment, then each job with its running step.

Names of jobs and steps come from outside: they are the name behind a code's colon, or a detail, and inert there.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.github.answers import Job, Pending, Run
from bot.model import Step, StepState

MOST = 18  # lines; a matrix may have 256 jobs
NAME = 80
STATES = {"success": StepState.DONE, "neutral": StepState.DONE, "skipped": StepState.SKIPPED}


def steps(run: Run, jobs: Sequence[Job], pending: Sequence[Pending], dispatched: float) -> tuple[Step, ...]:
    """``dispatched``: when the wait began, epoch seconds."""
    lines, waits = _jobs(jobs), _waiting(run, jobs, pending)
    at = next((n for n, one in enumerate(lines) if one.state is StepState.TODO), len(lines))
    return (_queued(run, jobs, dispatched), *lines[:at], *waits, *lines[at:])


def _queued(run: Run, jobs: Sequence[Job], dispatched: float) -> Step:
    began = [job.started.timestamp() for job in jobs if job.begun and job.started]
    if began:
        return Step("queued", StepState.DONE, dispatched, max(round(min(began) - dispatched, 1), 0.0))
    if run.status == "completed":
        return Step("queued", StepState.FAILED, dispatched)
    if run.status == "pending":
        return Step("concurrency", StepState.RUNNING, dispatched)
    return Step("queued", StepState.DONE if run.status == "waiting" else StepState.RUNNING, dispatched)


def _waiting(run: Run, jobs: Sequence[Job], pending: Sequence[Pending]) -> list[Step]:
    if run.status == "completed" or not (pending or run.status == "waiting"):
        return []
    names = ", ".join(one.environment.name for one in pending)
    asked = who(pending)
    return [Step("environment", StepState.RUNNING, detail=(f"{names}: {asked}" if asked else names)[:NAME])]


def who(pending: Sequence[Pending]) -> str:
    """Who may approve on GitHub."""
    return ", ".join(dict.fromkeys(listed.reviewer.name for one in pending for listed in one.reviewers))


def _jobs(jobs: Sequence[Job]) -> list[Step]:
    kept = list(jobs) if len(jobs) <= MOST else [job for job in jobs if job.conclusion not in ("success", "skipped")]
    return [_job(job) for job in kept[:MOST]]


def _job(job: Job) -> Step:
    code, state = f"job:{job.name[:NAME]}", _state(job)
    if state in (StepState.TODO, StepState.SKIPPED):
        return Step(code, state)
    started = job.started.timestamp() if job.started else None
    ended = job.ended.timestamp() if job.ended else None
    seconds = round(max(ended - started, 0.0), 1) if started and ended and state is not StepState.RUNNING else None
    return Step(code, state, started, seconds, detail=_now(job, state))


def _state(job: Job) -> StepState:
    if job.status == "in_progress":
        return StepState.RUNNING
    if job.status != "completed":
        return StepState.TODO
    if job.conclusion == "cancelled" and not job.begun:
        return StepState.SKIPPED
    return STATES.get(job.conclusion or "", StepState.FAILED)


def _now(job: Job, state: StepState) -> str:
    """The step that runs, or that failed."""
    if state is StepState.RUNNING:
        return next((step.name for step in job.steps if step.status == "in_progress"), "")[:NAME]
    return failing(job)[:NAME] if state is StepState.FAILED else ""


def failing(job: Job) -> str:
    """The name of the first step that did not end well."""
    bad = ("failure", "timed_out", "cancelled")
    return next((step.name for step in job.steps if step.conclusion in bad), "")
