"""Which webhook events a change causes."""

from functools import partial

from playground.github.hooks import Hooks
from playground.github.repository import Repo
from playground.github.repository.deployments import Deployment, DeploymentStatus
from playground.github.repository.environments import Gate
from playground.github.repository.listening import Listener
from playground.github.repository.run import Run
from playground.github.shapes import events

RUN_ACTIONS = {"queued": "requested", "pending": "requested", "in_progress": "in_progress", "completed": "completed"}
JOB_ACTIONS = ("queued", "waiting", "in_progress", "completed")


class Announcer(Listener):
    def __init__(self, hooks: Hooks) -> None:
        self.hooks = hooks
        self._told: set[tuple[int, int, str]] = set()

    def run_moved(self, run: Run) -> None:
        """Each state of the run and of its jobs is told once in an attempt."""
        action = RUN_ACTIONS.get(run.status)
        if action is not None and self._first(run.id, run.attempt, action):
            self.hooks.tell(run.repo, "workflow_run", action, partial(events.workflow_run, run, action))
        for job in run.jobs:
            if job.status in JOB_ACTIONS and self._first(job.id, run.attempt, job.status):
                self.hooks.tell(run.repo, "workflow_job", job.status, partial(events.workflow_job, run, job))
        if run.done and self._first(run.id, run.attempt, "suite"):
            self.hooks.tell(run.repo, "check_suite", "completed", partial(events.check_suite, run))

    def _first(self, number: int, attempt: int, word: str) -> bool:
        key = (number, attempt, word)
        fresh = key not in self._told
        self._told.add(key)
        return fresh

    def pushed(self, repo: Repo, branch: str, before: str | None, after: str) -> None:
        self.hooks.tell(repo, "push", None, partial(events.push, repo, branch, before, after))

    def deployed(self, repo: Repo, one: Deployment, status: DeploymentStatus) -> None:
        self.hooks.tell(repo, "deployment_status", "created", partial(events.deployment_status, repo, one, status))

    def asked(self, gate: Gate) -> None:
        told = partial(events.protection_rule, gate.run.repo, gate)
        self.hooks.tell(gate.run.repo, "deployment_protection_rule", "requested", told)
