"""What was checked at a commit: check runs of Apps, and commit statuses."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from playground.github.accounts import User


@dataclass(frozen=True)
class Annotation:
    """One note on a check run; why a run was cancelled is told here and nowhere else."""

    message: str
    level: str = "failure"
    """`notice`, `warning` or `failure`."""
    title: str = ""
    path: str = ".github"


@dataclass
class Check:
    id: int
    sha: str
    name: str
    app: str
    suite: int
    started_at: float
    conclusion: str | None = None
    """None while it is at work."""
    status: str = "completed"
    annotations: list[Annotation] = field(default_factory=list)


@dataclass(frozen=True)
class Status:
    id: int
    sha: str
    context: str
    state: str
    """`error`, `failure`, `pending` or `success`."""
    at: float
    by: User


def latest(checks: Iterable[Check]) -> list[Check]:
    """The newest of each name within a suite; another suite of the same App keeps its own."""
    newest: dict[tuple[int, str], Check] = {}
    for one in sorted(checks, key=lambda each: each.id):
        newest[one.suite, one.name] = one
    return sorted(newest.values(), key=lambda each: -each.id)


def combined(statuses: Iterable[Status]) -> list[Status]:
    """The newest of each context."""
    newest: dict[str, Status] = {}
    for one in sorted(statuses, key=lambda each: each.id):
        newest[one.context] = one
    return list(newest.values())


def state_of(statuses: list[Status]) -> str:
    """`failure` when one failed, `success` when all succeeded and there is one, else `pending`."""
    found = {one.state for one in statuses}
    if found & {"failure", "error"}:
        return "failure"
    return "success" if found == {"success"} else "pending"
