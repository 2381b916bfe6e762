"""Everything above the services."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from bot.config.fields import (
    GITHUB_API,
    Alias,
    CalendarName,
    CalendarUrl,
    GitName,
    Group,
    HttpUrl,
    Id,
    Listen,
    Login,
    Moment,
    Name,
    PlainUrl,
    SocketUrl,
    Timezone,
    Week,
)
from bot.config.shape.aws import AwsTable
from bot.config.shape.table import Table
from bot.model import Language, Secret
from bot.model.duration import PositiveDuration


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
    roles: dict[Alias, Id] = Field({})
    web: WebTable = WebTable()
    oncall: OncallTable = OncallTable()
    people: dict[Id, PersonTable] = Field({})
    prometheus: PrometheusTable = PrometheusTable()
    github: GithubTable | None = None
    aws: AwsTable | None = None
    freeze: tuple[FreezeTable, ...] = ()
