"""Conditions before a start: what the configuration asks, and what one of them answered at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model.secret import Secret


class Says(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_YET = "not_yet"  # time or more data may change it; nothing else will


@dataclass(frozen=True)
class GateAnswer:
    """``code`` picks the reason's text (``gate.<gate>.<code>``), which ``facts`` fill. Part of no digest."""

    gate: str  # verified_in, soak, on_branch, signed, checks, evaluation, metric, webhook
    says: Says
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluation:
    """Where a version's scores are: ``artifact`` of its CI run, or ``file``: a path or URL with ``{version}``."""

    artifact: str | None = None
    file: str | None = None
    max_age: float | None = None  # seconds; older results are stale


@dataclass(frozen=True)
class Metric:
    """A Prometheus query whose value must be ``bound``, like "< 0.01", over at least ``samples`` samples.

    ``count``: a query for the number of samples; None: the points that the query itself has over ``over`` seconds.
    """

    query: str
    bound: str
    samples: int
    prometheus: str  # base URL
    count: str | None = None
    over: float = 300.0


@dataclass(frozen=True)
class WatchAfter:
    """A metric that is looked at for so many seconds after the new version is verified: the phase ``watching``."""

    for_: float
    metric: Metric


@dataclass(frozen=True)
class Ask:
    """A URL that is asked with the deploy's facts; only a plain ``{"allow": true}`` is a yes."""

    url: str
    timeout: float = 5.0
    secret: Secret | None = None  # signs what is sent


@dataclass(frozen=True)
class Gates:
    """All that a target asks for before a start. None: not asked."""

    verified_in: str | None = None
    soak: float | None = None  # seconds
    checks: tuple[str, ...] = ()
    evaluation: Evaluation | None = None
    metric: Metric | None = None
    webhook: Ask | None = None
    watch_after: WatchAfter | None = None
    on_branch: bool = False  # only commits that the service's branch holds, which must be protected
    signed: bool = False  # only commits whose signature is verified

    @property
    def any(self) -> bool:
        return self != Gates(watch_after=self.watch_after)
