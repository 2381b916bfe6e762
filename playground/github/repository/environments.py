"""Environments: who must approve before a job may use them, and what they decided."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.github.accounts import User
from playground.github.errors import PlaygroundError
from playground.github.repository.jobs import Job
from playground.github.repository.run import Run

if TYPE_CHECKING:
    from playground.github.state import State


@dataclass
class Environment:
    id: int
    name: str
    at: float
    reviewers: tuple[User, ...] = ()
    prevent_self_review: bool = False
    protection_apps: tuple[str, ...] = ()
    """Slugs of the Apps with a custom deployment protection rule."""

    @property
    def guarded(self) -> bool:
        return bool(self.reviewers or self.protection_apps)


@dataclass(frozen=True)
class Review:
    """A person's decision; `state` is `approved` or `rejected`."""

    environment: Environment
    state: str
    by: User
    comment: str
    attempt: int


@dataclass
class Gate:
    """An attempt of a run that waits for an environment."""

    run: Run
    attempt: int
    environment: Environment
    at: float
    people: bool = False
    """A reviewer has approved, or none is needed."""
    apps: set[str] = field(default_factory=set)
    """Apps whose rule still holds it."""
    closed: bool = False
    told: list[str] = field(default_factory=list)
    """What Apps reported meanwhile."""

    def jobs(self) -> list[Job]:
        return [one for one in self.run.jobs if one.status == "waiting" and one.environment == self.environment.name]


class Environments:
    state: "State"
    environments: list[Environment]
    gates: list[Gate]
    reviews: list[tuple[Run, Review]]

    def environment(
        self,
        name: str,
        *,
        reviewers: tuple[str, ...] = (),
        prevent_self_review: bool = False,
        protection_apps: tuple[str, ...] = (),
    ) -> Environment:
        """The environment of that name, with these rules from now on."""
        one = self.known_environment(name)
        one.reviewers = tuple(self.state.user(login) for login in reviewers)
        one.prevent_self_review, one.protection_apps = prevent_self_review, protection_apps
        return one

    def known_environment(self, name: str) -> Environment:
        """Made without rules when a job names it first, as on GitHub."""
        for one in self.environments:
            if one.name.lower() == name.lower():
                return one
        made = Environment(self.state.number(), name, self.state.now())
        self.environments.append(made)
        return made

    def holds(self, run: Run, job: Job) -> bool:
        """Whether the job's environment wants a decision first."""
        if not job.environment:
            return False
        environment = self.known_environment(job.environment)
        gate = self.gate(run, environment)
        if gate is None and environment.guarded:
            apps = set(environment.protection_apps)
            gate = Gate(run, run.attempt, environment, self.state.now(), not environment.reviewers, apps)
            self.gates.append(gate)
            if apps:
                self.state.listener.asked(gate)
        return gate is not None and not gate.closed

    def gate(self, run: Run, environment: Environment) -> Gate | None:
        for one in self.gates:
            if one.run is run and one.attempt == run.attempt and one.environment is environment:
                return one
        return None

    def waiting(self, run: Run) -> list[Gate]:
        """Nothing waits any more once the run has ended, however it did."""
        if run.done:
            return []
        return [one for one in self.gates if one.run is run and one.attempt == run.attempt and not one.closed]

    def may_review(self, gate: Gate, by: User) -> bool:
        listed = by in gate.environment.reviewers
        return listed and not (gate.environment.prevent_self_review and by == gate.run.latest.by)

    def review(self, run: Run, environment: str, state: str, by: str, comment: str = "") -> None:
        """A reviewer decides on GitHub's page."""
        gate = self.gate(run, self.known_environment(environment))
        who = self.state.user(by)
        if gate is None or gate.closed or not self.may_review(gate, who):
            raise PlaygroundError(f"{by} cannot review {environment} of run {run.id}")
        self.decide(gate, state, who, comment)

    def decide(self, gate: Gate, state: str, by: User, comment: str) -> None:
        gate.run.repo.reviews.append((gate.run, Review(gate.environment, state, by, comment, gate.attempt)))
        gate.people = True
        self._settle(gate, state)

    def decide_by_app(self, gate: Gate, state: str, slug: str) -> None:
        gate.apps.discard(slug)
        self._settle(gate, state)

    def _settle(self, gate: Gate, state: str) -> None:
        if state == "rejected":
            gate.closed = True
            for job in gate.jobs():
                job.end("failure", self.state.now())
        elif gate.people and not gate.apps:
            gate.closed = True
            for job in gate.jobs():
                job.release()
        gate.run.settle()
