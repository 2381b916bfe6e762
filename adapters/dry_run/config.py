"""What ``[services.NAME.env.ENV.dry_run]`` says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.model.duration import Duration

Fault = Literal[
    "none",
    "step",  # ``fail_at`` fails
    "hang",  # ``fail_at`` never ends
    "crash_loop",  # the new version never stays up
    "unhealthy",  # the new version answers 502
    "wrong_version",  # another version than the wanted one runs afterwards
    "lost",  # the effect begins, its answer does not arrive
    "unreachable",  # nobody can look
    "preflight",  # refused before anything
]


class Config(BaseModel):
    """``world``: a folder for this target's pretended world; it outlives the bot, like a host would."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    world: Annotated[str, Field(min_length=1)]
    step: Duration = 1.0  # seconds of each step
    fail: Fault = "none"
    fail_at: Literal["fetch", "install", "switch", "restart"] = "install"
