"""What people ask to see: answers of ``bot.board`` to /status, /history and /why, before they become cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bot.model.countersign import Countersign
from bot.model.deploy import Freeze, Health, Known, Lock, Verdict
from bot.model.record import Standing
from bot.model.release import Release
from bot.model.target import Target
from bot.model.version import Version
from bot.model.world import Kind, Link, Observation


@dataclass(frozen=True)
class StatusRow:
    """One target now. ``drift``: what runs is not what was recorded. ``busy``: the open deploy's number."""

    target: Target
    title: str
    observed: Observation
    recorded: Known | None
    drift: bool
    health: Health | None
    lock: Lock | None = None
    freeze: Freeze | None = None
    busy: int | None = None
    busy_phase: str | None = None
    behind: int | None = None  # commits behind the environment before; None = not known
    ref: str = ""  # ULID of the target's newest deploy, for links
    adapter: str = ""  # kind, for the text of an ``Unreadable``
    release: Release | None = None  # what was recorded with the version that runs
    waiting: tuple[str, ...] = ()  # names in the queue, the first first
    emergency: bool = False  # what runs was put there by break-glass
    countersign: Countersign | None = None  # the most urgent one that is still owed here
    record: tuple[int, Standing] | None = None  # how far others know of its newest deploy


def drift_mark(recorded: Version, running: Version) -> str:
    """8 hex characters by which a button names the very drift that was shown."""
    return sha256(f"{recorded.id}\n{running.id}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class HistoryRow:
    """One line of /history: a deploy, or (``event``) something else that changed the target: drift, lock."""

    at: float
    target: Target
    number: int | None = None
    kind: Kind | None = None
    before: Version | None = None
    to: Version | None = None
    verdict: Verdict | None = None
    phase: str | None = None
    code: str | None = None
    who: str = ""
    seconds: float | None = None
    event: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    emergency: bool = False  # break-glass
    model: str | None = None  # ordered with it
    link: Link | None = None  # of its newest attempt
    record: Standing | None = None  # how far others know of it


@dataclass(frozen=True)
class WhyLine:
    """One fact in time: text ``why.<code>`` with ``facts``; ``actor`` is a name or "slipway"."""

    at: float
    code: str
    actor: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    link: Link | None = None


@dataclass(frozen=True)
class WhyView:
    """``number`` None: a target's story: last healthy → first failing → what happened between (may be empty)."""

    target: Target
    lines: tuple[WhyLine, ...]
    number: int | None = None
    last_healthy: WhyLine | None = None
    first_failing: WhyLine | None = None
    record: Standing | None = None  # how far others know of the deploy
    adapter: str = ""  # kind, for the texts of its codes


@dataclass(frozen=True)
class Choices:
    """Autocomplete: (shown, value), most recent first, at most 25."""

    items: tuple[tuple[str, str], ...] = ()
