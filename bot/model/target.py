"""Service, environment, target; who may do what there; how its health is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from bot.model.gate import Gates
from bot.model.window import Window

Language = Literal["ko", "en"]


@dataclass(frozen=True, order=True)
class Target:
    """One service in one environment."""

    service: str
    env: str

    def __str__(self) -> str:
        return f"{self.service} · {self.env}"

    @property
    def key(self) -> str:
        return f"{self.service}/{self.env}"


@dataclass(frozen=True)
class Group:
    """``count`` different people, each of ``roles`` (ids) or, where ``oncall``, on call now."""

    roles: tuple[str, ...]
    oncall: bool = False
    count: int = 1


@dataclass(frozen=True)
class Approval:
    """Every group must be met before ``expires`` (seconds after the request); one seat per person."""

    groups: tuple[Group, ...]
    expires: float = 1800.0
    cooloff: float | None = None  # a role granted less than so many seconds ago does not count
    authors: bool = True  # False: an author of a commit in the range does not count


@dataclass(frozen=True)
class Policy:
    """Role ids per verb. Empty means nobody, except where PRODUCT's table says everybody."""

    deploy: tuple[str, ...] = ()
    rollback: tuple[str, ...] = ()
    admin: tuple[str, ...] = ()
    oncall: tuple[str, ...] = ()  # the on-call role, as ids
    approve: Approval | None = None
    hold: float = 5.0
    auto_rollback: bool = False
    lock_after_rollback: bool = True
    emergency: tuple[str, ...] = ()  # break-glass; empty = nobody
    lead: tuple[str, ...] = ()  # paged when a break-glass deploy is not countersigned in time
    countersign: float = 43200.0
    requests: int = 3  # open requests for approval per person and target


@dataclass(frozen=True)
class HealthCheck:
    """How health is asked. Seconds; ``version`` is a JSON pointer ("/version") or "header:X-Version"."""

    url: str
    source: Literal["host", "bot"] = "host"
    start_within: float = 60.0
    tries: int = 5
    interval: float = 5.0
    timeout: float = 3.0
    expect: int = 200
    version: str | None = None


@dataclass(frozen=True)
class Watch:
    every: float = 60.0
    failures: int = 3


@dataclass(frozen=True)
class ModelSource:
    """Where a target's model is said: ``id`` in the configuration, or under ``key`` in the target's environment.

    ``adapters`` are always the configuration's own statement.
    """

    id: str | None = None
    key: str | None = None
    adapters: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetSpec:
    """A target's effective configuration, inheritance done. ``section`` is the adapter's own Config model."""

    target: Target
    title: str
    adapter: str
    section: BaseModel
    policy: Policy
    health: HealthCheck | None
    timeout: float  # of a whole attempt, seconds
    page: bool  # on-call is pinged for this target
    branch: str | None
    repository: str | None
    previous: str | None = None  # the environment before this one in the chain
    impact: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language → "down" | "up" → text
    watch: Watch = field(default_factory=Watch)
    gates: Gates = field(default_factory=Gates)
    windows: tuple[Window, ...] = ()  # freezes of the calendar that cover this target
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # part of the service → globs of its files
    model: ModelSource | None = None  # where the model is said; None: nowhere
    recorded: bool = False  # on GitHub's own pages
    commented: bool = False  # … and on each pull request that went out
