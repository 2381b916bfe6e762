"""What every adapter must do, and what it is told of its target."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from bot.model import (
    Absent,
    Answer,
    Attempt,
    Budget,
    Change,
    HealthCheck,
    Observation,
    Progress,
    Ref,
    Target,
    TargetSpec,
    Unclear,
    Version,
)

At = Callable[[str], None]
"""Called at every named point (``ssh.start.sent``); the crash tests pass one that kills the process there."""


def nowhere(point: str) -> None:
    """The ``At`` of production."""


Hide = Callable[[str], Callable[[], None]]
"""Mask a value in every sink from now on; what it gives back takes that back, for values that live for an hour."""


class Platform(Protocol):
    """What all targets on one platform share: one for the whole file."""

    async def close(self) -> None: ...


class Cloud(Platform, Protocol):
    """A platform that is asked so much that it is counted."""

    @property
    def asked(self) -> Mapping[str, int]:
        """Requests so far, by the platform's own name of what was asked."""

    @property
    def faults(self) -> Mapping[str, int]:
        """Requests that came to nothing, by our code."""


class Account(Platform, Protocol):
    """The bot's identity on a platform's own API: one for the whole file, shared by whoever asks there."""

    async def diagnose(
        self, repositories: Sequence[str], recorded: Sequence[str] = ()
    ) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        """As ``Diagnoses``: who we are, what is left, what we may do there. ``recorded``: where deploys are told."""

    def budgets(self) -> Mapping[str, Budget]:
        """By the name of whom they are counted for; empty until something was asked."""


@dataclass(frozen=True)
class Place:
    """All that an adapter is told of its target. ``account``: for kinds that share one (``AdapterKind``)."""

    target: Target
    config: BaseModel
    health: HealthCheck | None
    branch: str | None
    at: At = nowhere
    account: Platform | None = None
    repository: str | None = None  # the service's, as owner/name
    model_key: str | None = None  # under which the target's environment names its model
    ask: Callable[[HealthCheck], Awaitable[Answer]] | None = None  # one health request from the bot's own side


@runtime_checkable
class Adapter(Protocol):
    """One platform. Raises only ``AdapterError``; every call is bounded by the caller's deadline and its own."""

    async def resolve(self, wanted: str) -> Version:
        """An immutable version for a branch, tag, SHA …; AdapterError(code="version_not_found" | "bad_ref")."""

    async def running(self) -> Observation:
        """What runs now, read from the platform. Not reachable → Unreadable, no exception."""

    async def effect(self, change: Change) -> dict[str, Any]:
        """What would be changed, as plain JSON data: part of the digest, and later ``Attempt.effect``."""

    async def start(self, attempt: Attempt) -> Ref:
        """Begin, marked with ``attempt.id``. Starting the same attempt twice begins it once."""

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        """After a crash or a lost answer. ``Absent`` only when a late arrival is impossible or harmless."""

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        """One bounded look. Evidence is read fresh each time once the platform's end state is reached."""

    async def close(self) -> None:
        """Let go of connections. Effects on the platform go on."""


@dataclass(frozen=True)
class AdapterKind:
    """One line of the adapters' table."""

    config: type[BaseModel]
    build: Callable[[Place], Adapter]
    checks: bool = False  # its adapter is a source of ``Checks``
    provenance: bool = False  # … and of ``Provenance``
    account: bool = False  # needs an identity on the platform's API, from the table of the same name
    aws: bool = False  # its targets lie on AWS, and share what stands between them and it
    commits: bool = False  # its versions are commits of the service's repository
    built: bool = False  # … or were built from them, and its adapter says from which (``Built``)
    models: bool = False  # its targets have an environment in which a key can name the model
    keyless: Callable[[Any, str], str] = lambda section, key: ""  # why by the section alone this key names none


Kinds = Callable[[str], AdapterKind | None]
"""kind → its Config model and builder; imports its SDK only when asked. None: no such adapter."""


@dataclass(frozen=True)
class Site:
    """A configured target and the adapter that was built for it.

    ``source``: the platform of its repository, asked for its history before the adapter is.
    """

    spec: TargetSpec
    adapter: Adapter
    at: At = nowhere
    source: object | None = None

    @property
    def historians(self) -> tuple[object, ...]:
        """Whoever may be asked for commits, authors and checks, best first."""
        return tuple(one for one in (self.source, self.adapter) if one is not None)
