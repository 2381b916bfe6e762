"""What ``[services.NAME.env.ENV.dry_run]`` says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
Step = Literal["connect", "save", "fetch", "install", "switch", "restart"]
Fail = Literal[
    "preflight",  # refused before the plan
    "unreachable",  # nothing answers
    "lost",  # the attempt begins, its answer does not arrive
    "step",  # the step ``fail_at`` fails
    "hang",  # the step ``fail_at`` never ends
    "interrupted",  # the job dies at ``fail_at`` and will never end by itself
    "crash_loop",  # the new version ends again and again
    "unhealthy",  # it answers 502
    "wrong_version",  # it answers as the version before
    "superseded",  # somebody else deploys another version right after
]


class Config(BaseModel):
    """``seconds`` for each step; ``world``: the file in which the pretended world lives, one for each target."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    world: Annotated[str, Field(min_length=1)]
    seconds: Annotated[float, Field(ge=0, le=3600)] = 1.0
    running: Sha | Literal[""] = "0" * 40  # what runs before the first deploy; empty = nothing
    versions: dict[str, Sha] = {}  # branches and tags; every other name gets a SHA made from it
    authors: list[str] = []  # who wrote whatever is deployed: git mails or logins
    missing: list[str] = []  # names that cannot be found
    environment: dict[str, str] = {}  # of the pretended service: where a model key may name the model
    infra: str = ""  # mark of the pretended infrastructure; empty = not known
    checks: dict[str, str] = {}  # name → conclusion of a pretended CI check, at every version; "running": none yet
    branch: Literal["held", "not_held", "unprotected"] = "held"  # what the service's branch says of every version
    signature: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] = "valid"  # of every version's commit
    fail: Fail | None = None
    fail_at: Step = "install"
