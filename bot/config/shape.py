"""The tables of the configuration file, field by field (public names: add, never rename).

Defaults stand here and nowhere else. What refers to something else in the file (a role's alias, an environment of the
chain) is judged afterwards, in ``bot.config.targets``; the adapters' own sections are their own models.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from bot.config.fields import (
    GITHUB_API,
    Alias,
    CalendarName,
    CalendarUrl,
    CoolOff,
    GitName,
    GitRef,
    Glob,
    Group,
    HttpUrl,
    Id,
    ImpactText,
    Listen,
    Login,
    ModelId,
    ModelKey,
    Moment,
    Name,
    PlainUrl,
    Repository,
    SocketUrl,
    Timezone,
    VersionPlace,
    Week,
)
from bot.config.gate_tables import GatesTable
from bot.model import Language, Secret
from bot.model.duration import Duration, PositiveDuration


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DiscordTable(Table):
    guild: Id
    deploys: Id
    alerts: Id | None = None
    fallback: Id | None = None
    security: Id | None = None
    board: Id | None = None
    group: Group | None = None
    api: HttpUrl | None = None
    gateway: SocketUrl | None = None
    allow_remote_api: StrictBool = False


class WebTable(Table):
    listen: Listen = "127.0.0.1:8080"
    webhooks: Listen | None = None


class RotationTable(Table):
    start: Moment
    every: PositiveDuration
    people: Annotated[tuple[Id, ...], Field(min_length=1)]


class OverrideTable(Table):
    """Somebody else than the rotation says, for a while."""

    person: Id
    since: Moment = Field(alias="from")
    until: Moment


class CalendarTable(Table):
    """One of the two; an address that opens the calendar to whoever knows it is a secret."""

    url: CalendarUrl | None = None
    url_secret: Secret | None = None


class OncallTable(Table):
    role: str | None = None
    rotation: RotationTable | None = None
    calendar: CalendarTable | None = None
    overrides: tuple[OverrideTable, ...] = ()


class PersonTable(Table):
    also: tuple[Id, ...] = ()
    calendar: tuple[CalendarName, ...] = ()
    git: tuple[GitName, ...] = ()
    github: Login | None = None


class GithubTable(Table):
    """``enterprise``: ``api`` may be another address than GitHub's own."""

    api: PlainUrl = GITHUB_API
    enterprise: StrictBool = False


class PrometheusTable(Table):
    url: HttpUrl | None = None


class FreezeTable(Table):
    """When nothing is deployed: weekly ranges, or one range of dates. Empty lists mean all of them."""

    envs: tuple[Name, ...] = ()
    services: tuple[Name, ...] = ()
    weekly: tuple[Week, ...] = ()
    from_: Moment | None = Field(None, alias="from")
    until: Moment | None = None
    timezone: Timezone | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class Head(Table):
    """Everything above the services."""

    language: Language = "en"
    ledger: Annotated[str, Field(min_length=1)] = "data/slipway.db"
    timezone: Timezone = "UTC"
    discord: DiscordTable
    roles: dict[Alias, Id] = {}
    web: WebTable = WebTable()
    oncall: OncallTable = OncallTable()
    people: dict[Id, PersonTable] = {}
    prometheus: PrometheusTable = PrometheusTable()
    github: GithubTable | None = None
    freeze: tuple[FreezeTable, ...] = ()


class ImpactTable(Table):
    down: ImpactText | None = None
    up: ImpactText | None = None


class ImpactTables(Table):
    ko: ImpactTable | None = None
    en: ImpactTable | None = None


class PathsTable(Table):
    """Which files of the repository are the model's or the infrastructure's; all others are code."""

    model: tuple[Glob, ...] = ()
    infrastructure: tuple[Glob, ...] = ()


class ServiceHead(Table):
    """A service without what its environments inherit."""

    title: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    repository: Repository | None = None
    deployments: StrictBool = False
    pull_request_comments: StrictBool = False
    branch: GitRef = "main"
    chain: tuple[Name, ...] = ()
    side: tuple[Name, ...] = ()
    announce: Name | None = None
    impact: ImpactTables = ImpactTables()
    paths: PathsTable = PathsTable()


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

ADAPTERS = ("ssh", "dry_run", "github", "ecs", "mig", "compose", "kubernetes")
"""Every kind that has, or will have, a section of its own."""
