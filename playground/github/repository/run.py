"""A workflow run: its attempts, jobs and steps, moved on by the test or by a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.github.accounts import User
from playground.github.errors import PlaygroundError
from playground.github.repository.checks import Annotation
from playground.github.repository.jobs import Job, started
from playground.github.repository.workflow import Recipe, Workflow

if TYPE_CHECKING:
    from playground.github.repository import Repo


@dataclass
class Attempt:
    """What one attempt left behind; attempt 1 is the dispatch, every re-run is one more."""

    number: int
    by: User
    started_at: float
    jobs: list[Job] = field(default_factory=list)
    status: str = "queued"
    conclusion: str | None = None
    updated_at: float = 0.0


@dataclass
class Run:
    """`status` is queued, pending (concurrency), waiting (environment), in_progress or completed."""

    id: int
    repo: "Repo"
    workflow: Workflow
    recipe: Recipe
    number: int
    event: str
    actor: User
    head_sha: str
    head_branch: str
    title: str
    created_at: float
    inputs: dict[str, str]
    visible_at: float
    """Before that moment no read knows the run."""
    values: dict[str, object] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    cancelled_by: User | None = None
    cancel_asked_by: User | None = None
    group: str | None = None
    watchers: list[Callable[["Run"], None]] = field(default_factory=list)

    @property
    def latest(self) -> Attempt:
        return self.attempts[-1]

    @property
    def attempt(self) -> int:
        return self.latest.number

    @property
    def path(self) -> str:
        return self.workflow.path

    @property
    def status(self) -> str:
        return self.latest.status

    @property
    def conclusion(self) -> str | None:
        return self.latest.conclusion

    @property
    def done(self) -> bool:
        return self.status == "completed"

    @property
    def jobs(self) -> list[Job]:
        """Of the latest attempt. A job whose `needs` are not done yet is not there, as on GitHub."""
        return self.latest.jobs

    def job(self, name: str) -> Job:
        """By key or shown name."""
        for one in self.jobs:
            if name in (one.plan.key, one.name):
                return one
        raise PlaygroundError(f"no job {name} in run {self.id}: {[one.name for one in self.jobs]}")

    # Moved by the test or by the script

    def advance(self, job: str, step: str | None = None, conclusion: str | None = None) -> None:
        """A job begins, a step begins (those before it have succeeded), or either ends with a conclusion."""
        found = self.job(job)
        if found.status in ("waiting", "completed"):
            raise PlaygroundError(f"job {job} is {found.status}")
        now = self.repo.state.now()
        self._moves("in_progress")
        found.begin(now)
        if step is not None:
            found.reach(step, conclusion, now)
        elif conclusion is not None:
            found.end(conclusion, now)
        self.settle()

    def finish(self, conclusion: str = "success") -> None:
        """Every job that is left runs to its end; with a failure the first one fails and the rest is skipped."""
        while not self.done:
            left = [one for one in self.jobs if not one.done]
            for one in left:
                one.release()
                if not one.done:
                    self.advance(one.plan.key, conclusion=conclusion)
            if not left:
                self.end(conclusion)

    def cancel(self, by: str) -> None:
        """Somebody cancels it on GitHub's page."""
        self.stop(self.repo.state.user(by))

    def time_out(self, job: str, minutes: int = 360) -> None:
        """The job ran longer than it may: GitHub cancels it and says so on its page."""
        found = self.job(job)
        found.begin(self.repo.state.now())
        found.end("cancelled", self.repo.state.now())
        told = (
            f"The job running on runner GitHub Actions 1 has exceeded the maximum execution time of {minutes} minutes."
        )
        found.annotations.append(Annotation(told))
        self.settle()

    def rerun(self, by: str) -> None:
        """Somebody re-runs all jobs: one more attempt of the same run."""
        if not self.done:
            raise PlaygroundError("only a completed run can be re-run")
        self.begin(self.repo.state.user(by))

    def says(self, job: str, *lines: str) -> None:
        """Lines of the job's log."""
        self.job(job).lines.extend(lines)

    # What follows from it

    def asked_to_stop(self, by: User) -> None:
        """Cancelled over the API; in a stubborn repository the runner goes on until `run.stop` is called."""
        self.cancel_asked_by = by
        if not self.repo.stubborn:
            self.stop(by)

    def begin(self, by: User) -> None:
        """A new attempt, its first jobs queued."""
        now = self.repo.state.now()
        self.attempts.append(Attempt(len(self.attempts) + 1, by, now, updated_at=now))
        self.cancelled_by = None
        self.repo.admit(self)

    def queue(self) -> None:
        """Let in by concurrency: the jobs that wait for nobody are queued."""
        self._moves("queued")
        self.settle()

    def stop(self, by: User | None, reason: str | None = None) -> None:
        """Cancelled; why stands in an annotation on each job that was cut short."""
        now = self.repo.state.now()
        self.cancelled_by = by
        told = reason or (f"The run was canceled by @{by.login}." if by else "The operation was canceled.")
        for one in self.jobs:
            if not one.done:
                one.end("cancelled", now)
                one.annotations.append(Annotation(told))
        self.end("cancelled")

    def evict(self) -> None:
        """A newer run of the group took the pending place."""
        if not self.jobs:
            self.jobs.append(self._stub())
        group = self.group or self.workflow.name
        self.stop(None, f"Canceling since a higher priority waiting request for '{group}' exists")

    def _stub(self) -> Job:
        """Evicted before any job was made: GitHub shows the first one, cancelled."""
        return Job(self.repo.state.number(), self.recipe.jobs[0], self.recipe.jobs[0].name, self.repo.state.now())

    def settle(self) -> None:
        """Dependent jobs appear, and the run ends with its last job."""
        now = self.repo.state.now()
        while fresh := started(self, now):
            self.jobs.extend(fresh)
        waiting = [one for one in self.jobs if one.status == "waiting"]
        if self.jobs and all(one.done for one in self.jobs):
            self.end(_conclusion(self.jobs))
        elif waiting and all(one.done or one.status == "waiting" for one in self.jobs):
            self._moves("waiting")
        elif self.status == "waiting":
            self._moves("in_progress" if any(one.started_at for one in self.jobs) else "queued")
        self._told()

    def end(self, conclusion: str) -> None:
        if not self.done:
            self.latest.conclusion = conclusion
            self._moves("completed")
            self.repo.leave(self)

    def _moves(self, status: str) -> None:
        if self.status != status:
            self.latest.status = status
            self._told()

    def _told(self) -> None:
        self.latest.updated_at = self.repo.state.now()
        self.repo.follow_jobs(self)
        self.repo.state.listener.run_moved(self)
        for tell in list(self.watchers):
            tell(self)


def _conclusion(jobs: list[Job]) -> str:
    found = {one.conclusion for one in jobs if not (one.plan.tolerant and one.conclusion == "failure")}
    for worst in ("cancelled", "timed_out", "failure"):
        if worst in found:
            return "failure" if worst == "timed_out" else worst
    return "skipped" if found == {"skipped"} else "success"
