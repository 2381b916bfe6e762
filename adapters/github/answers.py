"""What GitHub's answers must look like before they are believed; only what is used is read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import AdapterError

Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Text = Annotated[str, Field(max_length=2000)]


class Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class User(Answer):
    login: Annotated[str, Field(max_length=100)]


class Run(Answer):
    """A workflow run. ``attempt`` above 1: somebody ran it again, and ``by`` says who."""

    id: Annotated[int, Field(gt=0)]
    title: Text = Field(default="", alias="display_title")
    number: int = Field(default=0, alias="run_number")
    attempt: Annotated[int, Field(ge=1)] = Field(default=1, alias="run_attempt")
    path: Text
    event: Text
    branch: Text | None = Field(default=None, alias="head_branch")
    sha: Sha = Field(alias="head_sha")
    status: Text
    conclusion: Text | None = None
    actor: User | None = None
    by: User | None = Field(default=None, alias="triggering_actor")
    created: datetime = Field(alias="created_at")
    started: datetime | None = Field(default=None, alias="run_started_at")

    updated: datetime | None = Field(default=None, alias="updated_at")

    @property
    def file(self) -> str:
        """The workflow's path, without the ref that some answers put behind it."""
        return self.path.partition("@")[0]

    @property
    def since(self) -> float:
        return (self.started or self.created).timestamp()


class Step(Answer):
    name: Text
    number: int
    status: Text
    conclusion: Text | None = None


class Job(Answer):
    """``begun``: a runner works, or has worked, on it."""

    id: Annotated[int, Field(gt=0)]
    name: Text
    status: Text
    conclusion: Text | None = None
    started: datetime | None = Field(default=None, alias="started_at")
    ended: datetime | None = Field(default=None, alias="completed_at")
    runner: int | None = Field(default=None, alias="runner_id")
    labels: list[Text] = []
    steps: list[Step] = []

    @property
    def begun(self) -> bool:
        if self.status == "in_progress":
            return True
        worked = any(step.conclusion in ("success", "failure") for step in self.steps)
        return self.status == "completed" and self.conclusion != "skipped" and (worked or bool(self.runner))


class Annotation(Answer):
    message: str = ""


class Reviewer(Answer):
    """A user (``login``) or a team (``slug``)."""

    login: str | None = None
    slug: str | None = None

    @property
    def name(self) -> str:
        return self.login or self.slug or "?"


class Listed(Answer):
    reviewer: Reviewer


class Environment(Answer):
    id: int
    name: Text


class Rule(Answer):
    """``type``: required_reviewers, wait_timer, branch_policy, or an App's own."""

    type: Text
    reviewers: list[Listed] = []


class Guarded(Environment):
    """An environment with what protects it."""

    rules: list[Rule] = Field(default=[], alias="protection_rules")


class Pending(Answer):
    """An environment that a run waits for."""

    environment: Environment
    reviewers: list[Listed] = []
    ours: bool = Field(default=False, alias="current_user_can_approve")


class Review(Answer):
    """What somebody decided of environments."""

    state: Text
    environments: list[Environment] = []
    user: User | None = None


class Workflow(Answer):
    id: int
    path: Text
    state: Text


class Object(Answer):
    sha: Sha
    type: Text


class GitRef(Answer):
    ref: Text
    object: Object


class Commit(Answer):
    sha: Sha


class Permissions(Answer):
    push: bool = False


class Repository(Answer):
    full_name: Text
    archived: bool = False
    permissions: Permissions | None = None


class Dispatched(Answer):
    run: Annotated[int, Field(gt=0)] = Field(alias="workflow_run_id")


T = TypeVar("T", bound=Answer)


def read(kind: type[T], raw: Any, call: str) -> T:
    """Raises AdapterError("garbled") for anything else."""
    try:
        return kind.model_validate(raw)
    except ValidationError:
        raise AdapterError("github", "garbled", retry=True, call=call) from None


def read_all(kind: type[T], raw: Any, call: str) -> list[T]:
    if not isinstance(raw, list):
        raise AdapterError("github", "garbled", retry=True, call=call)
    return [read(kind, one, call) for one in raw]
