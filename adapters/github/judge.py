"""From a run as GitHub tells it to ``Progress``. A run's green alone is not a green deploy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.github.answers import Job, Pending, Run
from adapters.github.steps import failing, steps, who
from adapters.github.why import Why
from bot.model import Evidence, Failure, Progress, Status

BAD = ("failure", "timed_out", "cancelled", "startup_failure", "action_required", "stale")


@dataclass(frozen=True)
class Look:
    """Everything that one look saw. ``wrong``: the run's commit is not the planned one; ``ours``: we asked it to end.

    ``touching``: names of the jobs that touch the service; empty: any may.
    """

    run: Run
    jobs: Sequence[Job]
    touching: Sequence[str]
    dispatched: float
    wanted: str
    login: str
    ours: bool = False
    pending: Sequence[Pending] | None = ()  # of a run that is over: what it waited for; None: nobody can tell
    rejected: tuple[str, str] | None = None  # environment and who said no
    why: Why = field(default_factory=Why)
    log: tuple[str, ...] = ()
    evidence: Evidence | None = None

    @property
    def wrong(self) -> bool:
        return self.run.sha != self.wanted

    @property
    def over(self) -> bool:
        return self.run.status == "completed"


def progress(look: Look) -> Progress:
    lines = steps(look.run, look.jobs, look.pending or (), look.dispatched)
    switched = any(job.begun for job in touching(look))
    if not look.over:
        return Progress(Status.RUNNING, lines, switched=switched)
    status, failure = _ended(look)
    evidence = look.evidence if status is Status.DONE else None
    return Progress(status, lines, switched=switched, evidence=evidence, failure=failure, log=look.log)


def torn(look: Look) -> bool:
    """The run has ended and one of its jobs has not: the two answers are of different moments."""
    return look.over and any(job.status != "completed" for job in look.jobs)


def touching(look: Look) -> list[Job]:
    """A job of a matrix or of a called workflow has more behind or in front of its name."""
    if not look.touching:
        return list(look.jobs)
    return [job for job in look.jobs if any(named(job.name, name) for name in look.touching)]


def named(job: str, name: str) -> bool:
    return job == name or job.startswith((f"{name} (", f"{name} / ")) or job.endswith(f" / {name}")


def _ended(look: Look) -> tuple[Status, Failure | None]:
    if look.wrong:
        facts = {"wanted": look.wanted[:7], "found": look.run.sha[:7]}
        return Status.FAILED, Failure("wrong_commit", "queued", facts)
    if look.run.attempt > 1:
        by = look.run.by.login if look.run.by else "?"
        return Status.SUPERSEDED, Failure("rerun", "queued", {"by": by, "attempt": look.run.attempt})
    if look.run.conclusion == "success":
        failure = hidden(look)
        return (Status.FAILED if failure else Status.DONE), failure
    if look.run.conclusion == "cancelled":
        return _cancelled(look)
    return Status.FAILED, _failed(look)


def hidden(look: Look) -> Failure | None:
    """What a green run may hide: ``continue-on-error``, and deploying jobs that were skipped or are not there."""
    ours = touching(look)
    missing = [name for name in look.touching if not any(named(job.name, name) for job in look.jobs)]
    if missing:
        return Failure("job_missing", "queued", {"job": missing[0]})
    bad = next((job for job in ours if job.conclusion in BAD), None)
    if bad:
        return _of("hidden_failure", bad, {"job": bad.name}, look)
    skipped = next((job for job in ours if job.conclusion == "skipped"), None)
    if look.touching and skipped:
        return _of("job_skipped", skipped, {"job": skipped.name}, look)
    if not any(job.conclusion == "success" for job in ours):
        return Failure("nothing_ran", "queued", {"run": look.run.id})
    return None


def _cancelled(look: Look) -> tuple[Status, Failure | None]:
    late = next((job for job in look.jobs if job.conclusion == "timed_out"), None)
    if look.why.limit or late:
        job = late or next((job for job in look.jobs if job.conclusion in BAD and job.begun), None)
        facts = {"job": job.name if job else "?", "limit": look.why.limit or "?"}
        return Status.FAILED, _of("job_timed_out", job, facts, look)
    if look.why.group:
        return Status.FAILED, Failure("evicted", _current(look), {"group": look.why.group})
    if look.ours or look.why.by.lower() == look.login.lower() != "":
        return Status.STOPPED, _never_ran(look)
    if look.why.by:
        return Status.FAILED, Failure("cancelled_by", _current(look), {"by": look.why.by})
    early = not any(job.begun for job in look.jobs)
    return Status.FAILED, Failure("cancelled_early" if early else "cancelled", _current(look), {"run": look.run.id})


def _never_ran(look: Look) -> Failure | None:
    """We ended it because it did not go on: what it waited for is the reason, not the clock."""
    if look.pending is None:
        return None
    if look.pending:
        names = ", ".join(one.environment.name for one in look.pending)
        return Failure("environment_waited", "environment", {"environments": names, "reviewers": who(look.pending)})
    if any(job.begun for job in look.jobs) or not look.jobs:
        return None
    labels = sorted({label for job in look.jobs for label in job.labels})
    return Failure("never_picked_up", "queued", {"labels": ", ".join(labels) or "?"})


def _failed(look: Look) -> Failure:
    conclusion = look.run.conclusion or "?"
    if conclusion in ("skipped", "neutral"):
        return Failure("nothing_ran", "queued", {"run": look.run.id})
    if conclusion in ("startup_failure", "action_required", "stale"):
        return Failure(conclusion, "queued", {"run": look.run.id})
    if look.rejected:
        environment, by = look.rejected
        return Failure("environment_rejected", "environment", {"environment": environment, "by": by})
    job = next((job for job in look.jobs if job.conclusion in ("failure", "timed_out")), None)
    if conclusion == "timed_out" or (job and job.conclusion == "timed_out"):
        facts = {"job": job.name if job else "?", "limit": look.why.limit or "?"}
        return _of("job_timed_out", job, facts, look)
    if conclusion != "failure":
        return Failure("ended_as", "queued", {"run": look.run.id, "conclusion": conclusion})
    if job is None:
        return Failure("run_failed", "queued", {"run": look.run.id})
    return _of("job_failed", job, {"job": job.name, "part": failing(job) or "?"}, look)


def _of(code: str, job: Job | None, facts: dict[str, Any], look: Look) -> Failure:
    return Failure(code, f"job:{job.name}" if job else "queued", facts, look.log)


def _current(look: Look) -> str:
    """The job that was at work when it ended."""
    job = next((job for job in reversed(look.jobs) if job.begun), None)
    return f"job:{job.name}" if job else "queued"


def loudest(jobs: Sequence[Job]) -> Job | None:
    """The job whose log says most: the first that failed, else the first that was stopped at work."""
    for wanted in (("failure", "timed_out"), ("cancelled",)):
        found = next((job for job in jobs if job.conclusion in wanted and job.begun), None)
        if found:
            return found
    return None
