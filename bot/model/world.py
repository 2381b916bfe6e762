"""What an adapter says of the world: versions, what runs, progress, evidence. Codes and facts, never sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model.target import Target
from bot.model.version import Version


@dataclass(frozen=True)
class Running:
    """What really runs now, read back. ``instance`` changes with every (re)start of the service."""

    version: Version
    proof: str  # code: socket, answer, instance, release, platform …
    instance: str = ""
    since: float | None = None  # epoch seconds
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Nothing:
    """The target is readable and nothing runs there. ``facts``: e.g. unit state."""

    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unreadable:
    """Nobody can tell. Shown as "recorded, not observed"; never evidence. ``code`` is an adapter text code."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


Observation = Running | Nothing | Unreadable


class Kind(StrEnum):
    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    RESTART = "restart"  # the process only
    REDEPLOY = "redeploy"  # the same version, built and switched again
    PROMOTE = "promote"  # the very version that is verified in the environment before


class Direction(StrEnum):
    FORWARD = "forward"
    RESTORE = "restore"


@dataclass(frozen=True)
class ModelWrite:
    """What happens to ``key`` in the target's environment: ``id`` is put there.

    With ``undoes``, the id of an attempt, instead what stood there before that attempt wrote it, if it ever did.
    """

    key: str
    id: str | None = None
    undoes: str | None = None

    @property
    def plain(self) -> dict[str, str]:
        """As it stands in an effect, and is told to the target."""
        named = {"key": self.key, "id": self.id, "undoes": self.undoes}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True)
class Change:
    """What an order would do: input of ``effect`` and ``preflight``. ``before`` is None on an empty target."""

    kind: Kind
    before: Version | None
    to: Version
    model: ModelWrite | None = None  # None: the model stays as it is


@dataclass(frozen=True)
class Attempt:
    """One effect on the world. ``id`` = ``<epoch>-<deploy>-<n>``, lower case, written into the world as marker."""

    id: str
    deploy: int
    n: int
    target: Target
    direction: Direction
    kind: Kind
    before: Version | None
    to: Version
    effect: Mapping[str, Any]  # as approved; a restore carries its own
    intent_at: float  # epoch seconds, the bot's clock
    timeout: float = 900.0
    approved: bool = False  # by the target's own approval, or by its rule that going back needs none
    model: ModelWrite | None = None


@dataclass(frozen=True)
class Ref:
    """How to look at a started attempt again. Plain JSON data, kept in the ledger."""

    data: Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """Where a person sees an attempt on its platform's own pages; ``adapter``: the kind, for the text."""

    adapter: str
    url: str


@dataclass(frozen=True)
class Absent:
    """The attempt never began, and a late arrival is impossible or harmless."""


@dataclass(frozen=True)
class Unclear:
    """Nobody can tell whether it began."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class StepState(StrEnum):
    TODO = "todo"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One line of the card. ``code`` names the text ``step.<code>``; times in seconds, epoch for ``started_at``.

    ``job:deploy`` names ``step.job`` with a name from outside; ``detail``, from outside too, stands behind it.
    """

    code: str
    state: StepState = StepState.TODO
    started_at: float | None = None
    seconds: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class Evidence:
    """Read back from the platform after the effect: this version, by this proof, as this instance."""

    version: str
    proof: str  # code of text ``proof.<code>``
    instance: str
    at: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed: text ``adapter.<kind>.<code>``; ``log``: most telling masked lines, best first."""

    code: str
    step: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    log: tuple[str, ...] = ()


class Status(StrEnum):
    RUNNING = "running"
    DONE = "done"  # the platform's end state; evidence says which version answers
    FAILED = "failed"
    STOPPED = "stopped"  # by our own stop()
    INTERRUPTED = "interrupted"  # began, will never end by itself (host rebooted); evidence decides
    SUPERSEDED = "superseded"  # somebody outside took over: hands off


@dataclass(frozen=True)
class Progress:
    """One look. ``switched``: the live service may have been changed. ``downtime``: measured seconds, if known.

    ``again``: seconds after which another look may show more; None: the engine's own pace.
    """

    status: Status
    steps: tuple[Step, ...] = ()
    switched: bool = False
    evidence: Evidence | None = None
    failure: Failure | None = None
    downtime: float | None = None
    log: tuple[str, ...] = ()  # masked tail, oldest first
    again: float | None = None


@dataclass(frozen=True)
class Finding:
    """One result of a preflight: text ``adapter.<kind>.<code>``. ``stops``: refuse; else a warning on the plan."""

    code: str
    stops: bool
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preflight:
    """``proof``: the evidence that will be possible (None: none → never green → refused).

    ``rollback``: whether the version running now could be put back without building.
    """

    findings: tuple[Finding, ...] = ()
    proof: str | None = None
    rollback: bool = True
    interrupts: bool = True  # the service stops for a while


@dataclass(frozen=True)
class Answer:
    """One health request: ``status`` None = no HTTP answer, then ``error`` is a code (refused, timeout, …)."""

    status: int | None
    ms: float
    error: str | None = None
    version: str | None = None  # where HealthCheck.version says how to read it
