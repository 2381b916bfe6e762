"""A deploy, its plan and everything its card shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model.gate import GateAnswer, Metric, WatchAfter
from bot.model.history import Commits
from bot.model.release import Release
from bot.model.target import Target
from bot.model.version import Version
from bot.model.world import Attempt, Evidence, Failure, Finding, Kind, Ref, Step


class Phase(StrEnum):
    PLANNED = "planned"
    CONFIRMED = "confirmed"  # holds the claim from here; gates are judged
    AWAITING = "awaiting"  # approval
    HOLD = "hold"
    STARTING = "starting"
    RUNNING = "running"
    VERIFYING = "verifying"
    WATCHING = "watching"  # verified; its metric is looked at for a while before the verdict
    UNKNOWN = "unknown"
    SETTLED = "settled"


BEFORE_INTENT = (Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING)


class Verdict(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class Outcome(StrEnum):
    """What is true after a failure: picks title, pings and buttons (PRODUCT, the failure table)."""

    UNTOUCHED = "untouched"
    BROKEN = "broken"
    AUTO = "auto"
    ROLLBACK = "rollback"
    FIRST = "first"
    METRIC = "metric"  # the new version runs and answers; its metric says no
    UNKNOWN = "unknown"


LEFT_THERE = (Outcome.BROKEN, Outcome.FIRST, Outcome.METRIC, Outcome.ROLLBACK, Outcome.UNKNOWN)
"""Failures after which the target is, or may be, what the deploy made of it."""


@dataclass(frozen=True)
class Order:
    """What a person asked for, re-validated. ``requester`` is a user id."""

    kind: Kind
    target: Target
    requester: str
    requester_name: str
    wanted: str | None = None
    reason: str | None = None
    emergency: bool = False  # break-glass: no gates, no approval
    model: str | None = None  # model id to put there, where the target names a model key


@dataclass(frozen=True)
class Health:
    """The verdict of a health check: ``tries`` made, last ``status`` and latency, or ``error`` code."""

    ok: bool
    tries: int
    status: int | None = None
    ms: float | None = None
    error: str | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Known:
    """A version Slipway knows of one target. ``how``: verified, observed or withdrawn."""

    version: Version
    how: str
    at: float
    deploy: int | None = None
    who: str | None = None


@dataclass(frozen=True)
class Origin:
    """Why a promotion may bring its version: ``known`` is verified and recorded as running in ``env``, the one before.

    ``health``: of the deploy that verified it there; None where a person had it checked later.
    """

    env: str
    known: Known
    health: Health | None = None


@dataclass(frozen=True)
class Lock:
    """A hold on a target (``service``/``env`` None = all). ``version``: only this version id is kept out."""

    id: int
    service: str | None
    env: str | None
    owner: str
    owner_name: str
    reason: str
    at: float
    until: float | None
    version: Version | None = None
    after_rollback: bool = False


@dataclass(frozen=True)
class Freeze:
    id: int
    env: str | None
    owner: str
    reason: str
    at: float
    until: float | None


@dataclass(frozen=True)
class Plan:
    """What would happen. The first block is the digest's content (SAFETY, rule 2); the rest is for people."""

    format: int
    number: int
    epoch: str
    kind: Kind
    target: Target
    adapter: str
    from_id: str | None
    to_id: str
    effect: Mapping[str, Any]
    policy: Mapping[str, Any]
    gates: Mapping[str, Any]
    section: Mapping[str, Any]  # config with secret names, no values
    requester: str
    emergency: bool = False
    model: str | None = None  # model id that goes there with it; None: as it is

    digest: str = ""
    before: Version | None = None
    to: Version | None = None
    requester_name: str = ""
    wanted: str | None = None
    reason: str | None = None
    created_at: float = 0.0
    expires_at: float = 0.0
    commits: Commits | None = None
    findings: tuple[Finding, ...] = ()
    expected: float | None = None  # seconds, median of ``samples`` own deploys
    samples: int = 0
    downtime: float | None = None  # expected seconds; 0.0 = none
    back: Version | None = None  # rollback will go there
    recorded: Version | None = None  # drift, when it differs from ``before``
    current: Known | None = None  # who put the running version there
    proof: str | None = None
    lock: Lock | None = None
    freeze: Freeze | None = None
    unlocks: bool = False  # this plan's own confirm may release what locks the target
    same: bool = False  # the wanted version already runs
    first: bool = False  # nothing to go back to
    left: Version | None = None  # what ran last, where nothing runs now
    authors: tuple[str, ...] | None = None  # git mails and logins in lower case, where asked for; None: nobody can tell
    answers: tuple[GateAnswer, ...] = ()  # what the gates said when the plan was drawn
    origin: Origin | None = None  # of a promotion
    ran: Release | None = None  # code, model and infrastructure: as recorded with what runs now
    comes: Release | None = None  # … as they will be
    once: Release | None = None  # … as recorded with the new version, where it ran here before
    apart: bool = False  # that code and that model never ran together here

    @property
    def watch_after(self) -> WatchAfter | None:
        """What is watched once it is verified, as approved. Rollbacks, restarts and break-glass are not watched."""
        asked = self.gates.get("watch_after")
        if not asked or self.kind in (Kind.ROLLBACK, Kind.RESTART) or self.emergency:
            return None
        return WatchAfter(asked["for_"], Metric(**asked["metric"]))


@dataclass(frozen=True)
class Deploy:
    """One row of the ledger. ``revision`` grows with each change; every transition compares (phase, revision)."""

    number: int
    ulid: str
    kind: Kind
    target: Target
    requester: str
    requester_name: str
    phase: Phase
    revision: int
    plan: Plan
    created_at: float
    confirmed_at: float | None = None
    expires_at: float | None = None  # of the approval
    hold_until: float | None = None
    started_at: float | None = None  # first intent
    settled_at: float | None = None
    verdict: Verdict | None = None
    outcome: Outcome | None = None
    code: str | None = None  # why: reason code of the verdict
    facts: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    health: Health | None = None
    evidence: Evidence | None = None
    downtime: float | None = None
    ended_by: str | None = None  # who cancelled, rejected, settled, stopped (user id)
    ended_by_name: str | None = None
    stop_asked: bool = False
    verified_later: Mapping[str, Any] | None = None  # {"by": name, "at": epoch}
    part_of: int | None = None  # a set of promotions under one approval
    leads: tuple[str, ...] = ()  # the first of that set: all its services, whose approval it asks for

    @property
    def follows(self) -> bool:
        """The first of its set asks for its approval."""
        return self.part_of is not None and not self.leads

    @property
    def digest(self) -> str:
        return self.plan.digest

    @property
    def to(self) -> Version:
        return self.plan.to or Version(self.plan.to_id, self.plan.to_id[:7])


@dataclass(frozen=True)
class AttemptRow:
    """An attempt as the ledger keeps it. ``outcome``: None while open, else done, failed, never_started …"""

    attempt: Attempt
    ref: Ref | None = None
    outcome: str | None = None
    ended_at: float | None = None
    steps: tuple[Step, ...] = ()
