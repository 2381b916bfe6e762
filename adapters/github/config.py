"""What ``[services.NAME.env.ENV.github]`` says."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from adapters.github import filling
from bot.model.duration import PositiveDuration

REF = re.compile(r"(?!-)(?!.*\.\.)(?!.*//)[A-Za-z0-9._/-]{1,200}(?<![./])")
MOST_INPUTS = 25  # GitHub takes no more


def _workflow(text: str) -> str:
    name = text.removeprefix(".github/workflows/")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}\.ya?ml", name):
        raise ValueError("the name of a file in .github/workflows is needed, like cd.yml")
    return name


def _ref(text: str) -> str:
    if not REF.fullmatch(text) or re.fullmatch(r"[0-9a-f]{40}", text):
        raise ValueError("a branch or tag is needed; GitHub dispatches no commit SHA")
    return text


def _template(text: str) -> str:
    filling.checked(text)
    return text


def _rule(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$")]
Template = Annotated[str, AfterValidator(_template)]
Rule = Annotated[str, AfterValidator(_rule)]


class Config(BaseModel):
    """One ``workflow_dispatch`` workflow. ``rules``: what the filled-in value of an input must match as a whole.

    ``deploy_jobs``: the jobs that touch the service, by their names; empty: any job may. ``appears_within``: how long
    after a dispatch GitHub may first show its run. ``jobs_every``: how often the card's jobs are read where no webhook
    tells of them; the run's end is seen long before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflow: Annotated[str, AfterValidator(_workflow)]
    ref: Annotated[str, AfterValidator(_ref)]
    pin: Literal["head_sha", "tag"] = "head_sha"
    inputs: Annotated[dict[Name, Template], Field(max_length=MOST_INPUTS)] = {}
    rules: dict[Name, Rule] = {}
    deploy_jobs: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=20)] = []
    appears_within: PositiveDuration = 360.0
    jobs_every: PositiveDuration = 60.0

    @model_validator(mode="after")
    def _known(self) -> Config:
        unknown = sorted(set(self.rules) - set(self.inputs))
        if unknown:
            raise ValueError(f"rules has no input of that name: {', '.join(unknown)}")
        return self

    @property
    def path(self) -> str:
        return f".github/workflows/{self.workflow}"
