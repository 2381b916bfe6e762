"""What tests and scripts put beside the history: checks, statuses, pull requests, artifacts."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from playground.github.errors import PlaygroundError
from playground.github.repository.artifacts import Artifact, zipped
from playground.github.repository.checks import Check, Status
from playground.github.repository.pulls import Pull
from playground.github.repository.run import Run

if TYPE_CHECKING:
    from playground.github.state import State


class Evidence:
    state: "State"
    checks: list[Check]
    statuses: list[Status]
    pulls: list[Pull]
    artifacts: list[Artifact]
    runs: list[Run]

    def check_run(
        self,
        sha: str,
        name: str,
        conclusion: str | None = "success",
        *,
        app: str = "github-actions",
        at: float | None = None,
        suite: int = 0,
        status: str | None = None,
    ) -> Check:
        """A check run by an App; without a conclusion it is at work. Another `suite` keeps its own of the same name."""
        now = self.state.now() if at is None else at
        number = 500_000 + suite * 1000 + sum(f"{sha}{app}".encode())
        made = Check(self.state.number(), sha, name, app, number, now, conclusion)
        made.status = status or ("completed" if conclusion else "in_progress")
        self.checks.append(made)
        return made

    def status(self, sha: str, context: str, state: str, *, by: str = "ci") -> Status:
        """A commit status: `error`, `failure`, `pending` or `success`."""
        made = Status(self.state.number(), sha, context, state, self.state.now(), self.state.user(by))
        self.statuses.append(made)
        return made

    def pull(
        self,
        number: int,
        *,
        head: str,
        merge_sha: str | None = None,
        title: str = "Change something",
        author: str = "jieun",
        base: str = "main",
        labels: tuple[str, ...] = (),
        body: str = "",
    ) -> Pull:
        """A pull request; merged when `merge_sha` says so."""
        by, at = self.state.user(author), self.state.now()
        made = Pull(self.state.number(), number, title, by, head, merge_sha, at, base, body, labels)
        self.pulls.append(made)
        return made

    def artifact(self, run_id: int, name: str, files: Mapping[str, bytes]) -> Artifact:
        """A zip that the run uploaded."""
        run = next((one for one in self.runs if one.id == run_id), None)
        if run is None:
            raise PlaygroundError(f"no run {run_id}")
        made = Artifact(self.state.number(), run, name, zipped(files), self.state.now())
        self.artifacts.append(made)
        return made

    def every_check(self) -> Iterator[Check]:
        """What was put there, and every job of every run: a job is a check run of its commit with the same id."""
        yield from self.checks
        for run in self.runs:
            for attempt in run.attempts:
                for job in attempt.jobs:
                    at = job.started_at or job.created_at
                    made = Check(job.id, run.head_sha, job.name, "github-actions", run.id + 1, at, job.conclusion)
                    made.status, made.annotations = job.status, job.annotations
                    yield made

    def checks_at(self, sha: str) -> list[Check]:
        """Newest first."""
        return sorted((one for one in self.every_check() if one.sha == sha), key=lambda each: -each.id)
