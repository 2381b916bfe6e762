"""What the program on the host may answer. Strictly parsed: anything else is "garbled", and proves nothing."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Sha = Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")]
FullSha = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Word = Annotated[str, Field(max_length=300)]
Line = Annotated[str, Field(max_length=2000)]
Lines = Annotated[list[Line], Field(max_length=5000)]
Seconds = Annotated[float, Field(ge=0, le=1e11)]
LONGEST = 1024 * 1024  # bytes of one answer
Code = Literal["connect", "save", "fetch", "install", "switch", "restart"]


ModelId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/@+][A-Za-z0-9._:/@+-]{0,199}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Unit(Strict):
    """As systemctl shows it; ``started`` in epoch seconds of the host, 0 = never."""

    load: Word
    active: Word
    sub: Word
    result: Word
    pid: int
    invocation: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")]
    restarts: int
    cgroup: Word
    exit: int
    started: Seconds

    @property
    def up(self) -> bool:
        return self.active in ("active", "reloading")

    @property
    def restarting(self) -> bool:
        """Crashed, and about to be started again: a moment ago it was up, in a moment it will be."""
        return self.sub == "auto-restart"


class HealthAnswer(Strict):
    status: int | None
    error: Word | None
    version: Word | None
    ms: Seconds


class World(Strict):
    """``changed``: when the version on disk was put there; ``works_in``: where the service works, links resolved."""

    unit: Unit
    socket: Literal["ours", "old", "foreign", "nobody", "unknown", "no_port"]
    port: int
    answer: HealthAnswer | None
    steady: bool
    old_gone: bool
    works_in: Line
    version_at_start: Sha
    version: Sha
    release: Word
    changed: Seconds
    clean: bool


class Step(Strict):
    code: Code
    state: Literal["running", "done", "skipped", "failed"]
    at: Seconds | None
    seconds: Seconds | None


class Failed(Strict):
    code: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    step: Code
    facts: dict[str, Any]


class Saved(Strict):
    unit: Unit
    marks: dict[str, int]


class Restarted(Strict):
    unit: Unit
    at: Seconds


class Status(Strict):
    attempt: Word
    nonce: Word
    boot: Word
    begun: Seconds
    state: Literal["running", "done", "failed", "stopped"]
    rev: int
    exit: int | None
    steps: Annotated[list[Step], Field(max_length=20)]
    switched: bool
    failure: Failed | None
    saved: Saved | None
    restarted: Restarted | None
    downtime: Seconds | None


class ModelSeen(Strict):
    """``wanted`` None: nothing that this attempt could know. ``at``: when it was written there, 0 = it was not."""

    key: Word
    wanted: ModelId | None
    found: ModelId | None
    at: Seconds


class Look(Strict):
    state: Literal["absent", "abandoned", "running", "done", "failed", "stopped", "interrupted"]
    status: Status | None
    nonce: Word
    model: ModelSeen | None
    world: World | None
    rebooted: bool
    print: Word
    job_log: Lines
    service_log: Lines


class Resolved(Strict):
    sha: FullSha


class Started(Strict):
    nonce: Word
    began: bool


class Abandoned(Strict):
    abandoned: bool


class Logs(Strict):
    lines: Lines


class Kept(Strict):
    sha: FullSha
    at: Seconds | None = None


class Versions(Strict):
    versions: Annotated[list[Kept], Field(max_length=1000)]


class Commit(Strict):
    sha: FullSha
    author: Word
    subject: Word
    at: Seconds


class Commits(Strict):
    total: Annotated[int, Field(ge=0)]
    forward: bool
    items: Annotated[list[Commit], Field(max_length=200)]


class ModelSaid(Strict):
    id: ModelId | None


class Infra(Strict):
    mark: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None


class Authors(Strict):
    """``whole`` false: there are more, or git did not say."""

    authors: Annotated[list[Word], Field(max_length=500)]
    whole: bool


class Nothing(Strict):
    pass


class Envelope(Strict):
    """Either ``ok`` or an error; ``now`` is the host's clock."""

    ok: Any = None
    error: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None
    facts: dict[str, Any] = {}
    now: Seconds


T = TypeVar("T", bound=Strict)


def envelope(out: bytes, token: str) -> Envelope | None:
    """The one line that carries our token; what a login shell prints around it does not count. None: garbled."""
    begin = f"slipway1 {token} ".encode()
    lines = [line for line in out.split(b"\n") if line.startswith(begin)]
    if len(lines) != 1 or len(lines[0]) > LONGEST:
        return None
    try:
        return Envelope.model_validate(json.loads(lines[0][len(begin) :]))
    except (ValueError, RecursionError):
        return None


def parsed(model: type[T], data: Any) -> T | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None
