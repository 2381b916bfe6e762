"""An environment, and what it inherits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool, StrictInt, model_validator

from bot.config.fields import CoolOff, HttpUrl, ModelId, ModelKey, VersionPlace
from bot.config.gate_tables import GatesTable
from bot.config.shape.table import Table
from bot.model.duration import Duration, PositiveDuration


class GroupTable(Table):
    roles: tuple[str, ...] = ()
    oncall: StrictBool = False
    count: Annotated[StrictInt, Field(ge=1, le=20)] = 1


class ApproveTable(Table):
    groups: Annotated[tuple[GroupTable, ...], Field(min_length=1)]
    expires: PositiveDuration = 1800.0
    cooloff: CoolOff | None = None
    authors: StrictBool = True


class PolicyTable(Table):
    deploy: tuple[str, ...]
    rollback: tuple[str, ...] | None = None  # None: deploy and on-call
    admin: tuple[str, ...] = ()
    emergency: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    countersign: PositiveDuration = 43200.0
    approve: ApproveTable | None = None
    requests: Annotated[StrictInt, Field(ge=1, le=100)] = 3
    hold: Duration = 5.0
    auto_rollback: StrictBool = False
    lock_after_rollback: StrictBool = True


class HealthTable(Table):
    url: HttpUrl
    source: Literal["host", "bot"] = Field("host", alias="from")
    start_within: PositiveDuration = 60.0
    tries: Annotated[StrictInt, Field(ge=1, le=100)] = 5
    interval: Duration = 5.0
    timeout: PositiveDuration = 3.0
    expect: Annotated[StrictInt, Field(ge=100, le=599)] = 200
    version: VersionPlace | None = None


class WatchTable(Table):
    every: PositiveDuration = 60.0
    failures: Annotated[StrictInt, Field(ge=1)] = 3


class ModelTable(Table):
    """Where the target's model is said: ``id`` here, or under ``key`` in its environment."""

    id: ModelId | None = None
    key: ModelKey | None = None
    adapters: tuple[ModelId, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> ModelTable:
        if (self.id is None) == (self.key is None):
            raise ValueError("say either id, or key where the target's environment names it")
        return self


class EnvTable(Table):
    """An environment with everything it inherits, but for the adapter's section, which ``env_model`` adds."""

    adapter: str
    timeout: PositiveDuration = 900.0
    page: StrictBool | None = None  # None: the last of the chain
    policy: PolicyTable
    health: HealthTable | None = None
    watch: WatchTable = WatchTable()
    model: ModelTable | None = None
    gates: GatesTable = GatesTable()


INHERITED: dict[str, type[BaseModel]] = {
    "policy": PolicyTable,
    "health": HealthTable,
    "watch": WatchTable,
    "gates": GatesTable,
}
"""What a service may say once for all its environments; the adapter's section too."""
