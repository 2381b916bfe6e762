"""What a workflow file says of itself, as far as a dispatch and ``doctor`` want to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Flag = bool | str
"""``true``, ``false``, or an expression whose value only GitHub knows."""


@dataclass(frozen=True)
class Input:
    """One declared input of ``workflow_dispatch``. ``type``: string, boolean, choice, environment, number."""

    type: str = "string"
    required: bool = False
    default: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Concurrency:
    group: str
    cancel: Flag = False


@dataclass(frozen=True)
class Step:
    """``name``: what the card of a run shows: its name, else what it uses or runs."""

    name: str
    id: str | None = None
    uses: str | None = None
    run: str | None = None
    script: str | None = None  # of actions/github-script and its like: run as a program too
    hides: Flag = False  # continue-on-error


@dataclass(frozen=True)
class Job:
    """``condition``: its ``if``; ``uses``: a reusable workflow that is called instead of steps.

    ``judged``: ids of steps whose outcome this job looks at itself.
    """

    id: str
    name: str | None = None
    uses: str | None = None
    environment: str | None = None
    condition: str | None = None
    needs: tuple[str, ...] = ()
    hides: Flag = False
    concurrency: Concurrency | None = None
    writes_all: bool = False
    steps: tuple[Step, ...] = ()
    judged: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Workflow:
    """``dispatchable``: it has ``workflow_dispatch``. ``inputs``: by name, in the file's order."""

    name: str | None = None
    run_name: str | None = None
    dispatchable: bool = False
    inputs: Mapping[str, Input] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    concurrency: Concurrency | None = None
    writes_all: bool = False
