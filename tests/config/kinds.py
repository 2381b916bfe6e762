"""Stand-ins for the adapters' table: the sections of CONFIG's ssh and dry_run, without their SDKs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.model import Secret
from bot.model.duration import Duration
from bot.ports import Adapter, AdapterKind, Place


class Host(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: str
    host_key: str


class Ssh(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    key: Secret
    repository: str
    path: str
    unit: str
    layout: Literal["in_place", "releases"] = "releases"
    runner: Literal["detached", "unit"] = "detached"
    shared: tuple[str, ...] = ()
    requirements: str | None = None
    keep: int = 5
    logs: tuple[str, ...] = ()
    python: str = "python3"
    drain: Duration = 0.0


class DryRun(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    world: str | None = None


def _never(place: Place) -> Adapter:
    raise AssertionError(f"{place.target}: the configuration builds no adapter")


def kinds(name: str) -> AdapterKind | None:
    sections: dict[str, type[BaseModel]] = {"ssh": Ssh, "dry_run": DryRun}
    return AdapterKind(sections[name], _never) if name in sections else None
