"""Rows that only the ledger knows, as frozen data: cards and pings to be shown, audit rows, parts of a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypedDict

from bot.model import AttemptRow, Countersign, Deploy, Evidence, Failure, Health, Known, Outcome, Version, Vote


@dataclass(frozen=True)
class NewPing:
    """A message that must appear once. Kinds: rejected, expired, superseded, cancelled, failed, unknown, settled …"""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewLock:
    """A lock on the deploy's target, made together with its verdict. ``version``: only this one is kept out."""

    owner: str
    owner_name: str
    reason: str
    until: float | None = None  # epoch seconds
    version: Version | None = None
    after_rollback: bool = False


@dataclass(frozen=True)
class Shown:
    """One message that must exist; ``message`` None: unsent. ``drawn``: the deploy's ``screen`` that it shows.

    ``nonce``: 25 characters, made with the row, so that a send that is repeated sends once.
    """

    id: int
    deploy: int
    kind: str
    channel: str | None
    message: str | None
    nonce: str
    marker: str  # ends the embed's footer, e.g. "#128·k3v9·card"
    drawn: int
    screen: int
    made_at: float
    sent_at: float | None = None
    tries: int = 0
    retry_at: float | None = None
    error: str | None = None
    closed_at: float | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    over: bool = False  # the deploy is settled


@dataclass(frozen=True)
class Post:
    """A message that belongs to no deploy. ``place``: which configured channel. ``drawn``: the ``screen`` it shows."""

    id: int
    kind: str
    topic: str | None
    place: str
    payload: Mapping[str, Any]
    users: tuple[str, ...]
    roles: tuple[str, ...]
    channel: str | None
    message: str | None
    nonce: str
    marker: str
    screen: int
    drawn: int
    made_at: float
    sent_at: float | None = None
    tries: int = 0
    retry_at: float | None = None
    error: str | None = None
    closed_at: float | None = None


@dataclass(frozen=True)
class Owed:
    """One thing that others are to be told of a deploy. ``what``: a ``Recorded``, "comments" or "comment".

    ``remote``: the deploy's id there, once it is known. ``asked_at``: a request may have left.
    """

    id: int
    deploy: int
    what: str
    pull: int | None
    made_at: float
    remote: str | None = None
    asked_at: float | None = None
    tries: int = 0
    retry_at: float | None = None


@dataclass(frozen=True)
class Override:
    """``user`` is on call instead of whoever was planned, from ``since`` until ``until``, or until ``ended_at``."""

    id: int
    user: str
    user_name: str
    since: float
    until: float
    by: str
    at: float
    ended_at: float | None = None


@dataclass(frozen=True)
class AuditRow:
    """One fact for ever. ``state``: phase, revision, verdict, digest and row hash of ``deploy`` after the change."""

    seq: int
    at: float
    actor: str  # user id, or "slipway"
    action: str
    deploy: int | None = None
    ref: str | None = None
    service: str | None = None
    env: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Problem:
    """What ``audit.verify`` found.

    ``code``: order, chain, hash, count, head, epoch, state, unrecorded, vanished, intent.
    """

    code: str
    seq: int | None = None
    deploy: int | None = None
    detail: str = ""

    def __str__(self) -> str:
        where = [f"audit row {self.seq}"] if self.seq is not None else []
        where += [f"deploy #{self.deploy}"] if self.deploy is not None else []
        return ": ".join([self.code, ", ".join([*where, self.detail] if self.detail else where)])


@dataclass(frozen=True)
class Refused:
    """A refusal that was recorded, for its Details button."""

    ref: str
    actor: str
    code: str
    facts: Mapping[str, Any]
    at: float
    order: Mapping[str, Any] | None = None  # service, env, kind, wanted, reason, model: what was asked for


@dataclass(frozen=True)
class StateParts:
    """What the ledger adds to a ``DeployState``. ``newer``: number of the target's newest deploy after this one."""

    deploy: Deploy
    screen: int
    attempts: Sequence[AttemptRow]
    votes: Sequence[Vote]
    newer: int | None
    countersign: Countersign | None = None


class Trouble(NamedTuple):
    """Something that a target went through. ``code``: left (a failed deploy left something else or something sick
    there), put_back, drift, unhealthy; well_again ends the last one.
    """

    at: float
    code: str
    deploy: int | None = None


@dataclass(frozen=True)
class Standing:
    """A target's versions as they were put there, observed and withdrawn (``how`` as written), and its troubles.

    Both newest first. ``busy``: number of a deploy whose effect has begun and is not over.
    """

    events: tuple[Known, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    busy: int | None = None


class Usual(NamedTuple):
    """Of a target's last ten successes: median seconds, how many there were, median seconds per step code."""

    seconds: float | None
    samples: int
    steps: Mapping[str, float]


class Columns(TypedDict, total=False):
    """What ``move`` and ``note`` may set beside the phase."""

    expires_at: float | None
    hold_until: float | None
    started_at: float | None
    code: str | None
    facts: Mapping[str, Any]
    failure: Failure | None
    health: Health | None
    evidence: Evidence | None
    downtime: float | None
    outcome: Outcome | None
    stop_asked: bool
    verified_later: Mapping[str, Any] | None
    ended_by: str | None
    ended_by_name: str | None
