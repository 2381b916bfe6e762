"""A workflow: its file as GitHub reads it when somebody dispatches it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

DEFAULT = """\
name: CD
run-name: Deploy ${{ inputs.version }} (${{ inputs.attempt }})
on:
  workflow_dispatch:
    inputs:
      version: {required: true, type: string}
      attempt: {required: false, type: string, default: ""}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - name: Check out
        uses: actions/checkout@v4
      - name: Build
        run: make build
  deploy:
    runs-on: ubuntu-latest
    needs: build
    steps:
      - name: Deploy
        run: make deploy
"""


@dataclass
class Workflow:
    """What GitHub keeps of a file that once was on the default branch."""

    id: int
    path: str
    name: str
    created_at: float
    state: str = "active"
    """`active`, `disabled_manually`, `disabled_inactivity`, `disabled_fork` or `deleted`."""
    runs: int = 0


@dataclass(frozen=True)
class Input:
    name: str
    type: str = "string"
    required: bool = False
    default: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepPlan:
    name: str
    tolerant: bool = False
    """`continue-on-error`."""


@dataclass(frozen=True)
class JobPlan:
    key: str
    name: str
    needs: tuple[str, ...]
    steps: tuple[StepPlan, ...]
    environment: str = ""
    always: bool = False
    """Its `if` lets it run after a failure (`always()` or `failure()`)."""
    tolerant: bool = False


@dataclass(frozen=True)
class Concurrency:
    group: str
    cancel: bool


@dataclass(frozen=True)
class Recipe:
    """The parsed file. `dispatchable` says that `workflow_dispatch` is among its triggers."""

    name: str
    run_name: str
    dispatchable: bool
    inputs: Mapping[str, Input] = field(default_factory=dict)
    jobs: tuple[JobPlan, ...] = ()
    concurrency: Concurrency | None = None


def recipe(text: str, path: str) -> Recipe:
    """Reads a workflow file. Raises ValueError when it is no workflow."""
    try:
        parsed = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise ValueError(f"{path}: {problem}") from problem
    jobs_given = parsed.get("jobs") if isinstance(parsed, dict) else None
    if not jobs_given or not hasattr(jobs_given, "items"):
        raise ValueError(f"{path}: no jobs")
    on = parsed.get("on", parsed.get(True))  # YAML 1.1 reads the key `on` as true
    dispatch = _trigger(on)
    name = str(parsed.get("name") or path)
    jobs = tuple(_job(key, one or {}) for key, one in jobs_given.items())
    inputs = {key: _input(key, one or {}) for key, one in ((dispatch or {}).get("inputs") or {}).items()}
    return Recipe(name, str(parsed.get("run-name") or ""), dispatch is not None, inputs, jobs, _concurrency(parsed))


def _trigger(on: Any) -> dict[str, Any] | None:
    if isinstance(on, str):
        return {} if on == "workflow_dispatch" else None
    if isinstance(on, list):
        return {} if "workflow_dispatch" in on else None
    if isinstance(on, dict) and "workflow_dispatch" in on:
        return on["workflow_dispatch"] or {}
    return None


def _input(name: str, given: Mapping[str, Any]) -> Input:
    default = given.get("default")
    text = "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)
    options = tuple(str(one) for one in given.get("options") or ())
    return Input(name, str(given.get("type") or "string"), given.get("required") is True, text, options)


def _job(key: str, given: Mapping[str, Any]) -> JobPlan:
    needs = given.get("needs") or ()
    environment = given.get("environment") or ""
    condition = str(given.get("if") or "")
    return JobPlan(
        key,
        str(given.get("name") or key),
        (needs,) if isinstance(needs, str) else tuple(needs),
        tuple(_step(one) for one in given.get("steps") or ()),
        str(environment.get("name") if isinstance(environment, dict) else environment),
        "always()" in condition or "failure()" in condition,
        given.get("continue-on-error") is True,
    )


def _step(given: Mapping[str, Any]) -> StepPlan:
    run = str(given.get("run") or "").splitlines()
    name = given.get("name") or (f"Run {given['uses']}" if "uses" in given else f"Run {run[0] if run else ''}")
    return StepPlan(str(name), given.get("continue-on-error") is True)


def _concurrency(parsed: Mapping[str, Any]) -> Concurrency | None:
    given = parsed.get("concurrency")
    if not given:
        return None
    if isinstance(given, str):
        return Concurrency(given, cancel=False)
    return Concurrency(str(given["group"]), given.get("cancel-in-progress") is True)
