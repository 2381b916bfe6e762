"""Deployments and their statuses, as GitHub's own pages show them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.github.accounts import App, User
from playground.github.repository.jobs import Job
from playground.github.repository.run import Run

if TYPE_CHECKING:
    from playground.github.state import State

BOT = "github-actions[bot]"
OF_JOB = {
    "waiting": "pending",
    "queued": "queued",
    "in_progress": "in_progress",
    "success": "success",
    "failure": "failure",
    "cancelled": "error",
    "timed_out": "failure",
}
"""A job with an environment moves its deployment; a skipped one has none."""


@dataclass(frozen=True)
class DeploymentStatus:
    id: int
    state: str
    by: User
    at: float
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    environment: str = ""


@dataclass
class Deployment:
    id: int
    sha: str
    ref: str
    environment: str
    by: User
    at: float
    task: str = "deploy"
    payload: Any = field(default_factory=dict)
    description: str = ""
    transient: bool = False
    production: bool = False
    app: App | None = None
    statuses: list[DeploymentStatus] = field(default_factory=list)
    """Oldest first."""
    job: Job | None = None
    """The job that made it, if one did."""

    @property
    def state(self) -> str:
        return self.statuses[-1].state if self.statuses else ""


class Deployments:
    state: "State"
    deployments: list[Deployment]

    def announce(self, one: Deployment, status: DeploymentStatus) -> None:
        """Told to whoever listens; the repository knows how."""
        raise NotImplementedError

    def deploy(self, sha: str, ref: str, environment: str, by: User, **more: Any) -> Deployment:
        more.setdefault("production", environment == "production")
        made = Deployment(self.state.number(), sha, ref, environment, by, self.state.now(), **more)
        self.deployments.append(made)
        return made

    def deployment_status(
        self, one: Deployment, state: str, by: User, *, auto_inactive: bool = True, **more: str
    ) -> DeploymentStatus:
        """One more status; a success makes older ones of that environment inactive, unless they are production."""
        more.setdefault("environment", one.environment)
        made = DeploymentStatus(self.state.number(), state, by, self.state.now(), **more)
        one.statuses.append(made)
        self.announce(one, made)
        if state == "success" and auto_inactive:
            for older in self.deployments[: self.deployments.index(one)]:
                same = older.environment == one.environment and older.state == "success"
                if same and not older.transient and not older.production:
                    self.deployment_status(older, "inactive", by, auto_inactive=False)
        return made

    def follow_jobs(self, run: Run) -> None:
        """Every job with an environment has a deployment that moves with it."""
        bot = self.state.user(BOT, "Bot")
        known = {one.job.id: one for one in self.deployments if one.job is not None}
        for job in run.jobs:
            state = OF_JOB.get(job.conclusion or job.status)
            if not job.environment or state is None:
                continue
            one = known.get(job.id)
            if one is None:
                one = self.deploy(run.head_sha, run.head_branch, job.environment, bot, job=job)
            if one.state != state:
                page = f"{self.state.web}/{run.repo.full_name}/actions/runs/{run.id}/job/{job.id}"
                self.deployment_status(one, state, bot, log_url=page)
