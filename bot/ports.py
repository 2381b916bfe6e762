"""The doors of the inside: what an adapter must and may do, what Discord shows, who somebody is.

Required of every adapter: ``Adapter``. The rest are one-method extras, asked for with ``isinstance``.
"""

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
    Card,
    Change,
    Check,
    Choice,
    Commits,
    HealthCheck,
    Observation,
    Person,
    Preflight,
    Progress,
    Record,
    Recorded,
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


class Account(Protocol):
    """The bot's identity on a platform's own API: one for the whole file, shared by whoever asks there."""

    async def diagnose(
        self, repositories: Sequence[str], recorded: Sequence[str] = ()
    ) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        """As ``Diagnoses``: who we are, what is left, what we may do there. ``recorded``: where deploys are told."""

    def budgets(self) -> Mapping[str, Budget]:
        """By the name of whom they are counted for; empty until something was asked."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Place:
    """All that an adapter is told of its target. ``account``: for the kinds that need one (``AdapterKind``)."""

    target: Target
    config: BaseModel
    health: HealthCheck | None
    branch: str | None
    at: At = nowhere
    account: Account | None = None
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


@runtime_checkable
class Versions(Protocol):
    async def versions(self) -> Sequence[Version]:
        """Versions that still exist on the target and can be put back without building, newest first."""


@runtime_checkable
class Preflights(Protocol):
    async def preflight(self, change: Change) -> Preflight: ...


@runtime_checkable
class Stops(Protocol):
    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        """Ask the attempt to end. What became of it is read by ``check`` (STOPPED, DONE, FAILED)."""


@runtime_checkable
class Abandons(Protocol):
    async def abandon(self, attempt: Attempt) -> bool:
        """Make sure that a late arrival of this attempt does nothing. False: it had begun after all."""


@runtime_checkable
class Hears(Protocol):
    def hears(self, ref: Ref | None, run: int | None, sha: str | None) -> bool:
        """Whether a hint about this run or commit may be about the attempt behind ``ref`` (None: not found yet)."""


@runtime_checkable
class Logs(Protocol):
    async def logs(self, lines: int) -> str:
        """The service's last lines, masked on the target."""


@runtime_checkable
class Probes(Protocol):
    async def probe(self, health: HealthCheck) -> Answer:
        """One health request from the target's own side: no redirects, body at most 64 KB."""


@runtime_checkable
class Models(Protocol):
    """Whoever reads the key carries out ``Attempt.model``, too: written with the switch, no evidence without it."""

    async def model(self, key: str) -> str | None:
        """The model id that the target's environment names under ``key`` now; None: nobody can tell. No evidence."""


@runtime_checkable
class Infrastructure(Protocol):
    async def infrastructure(self) -> str | None:
        """A short mark that changes when what the code runs in changes; None: not known. No evidence."""


@runtime_checkable
class Source(Protocol):
    async def commits(self, before: Version, to: Version) -> Commits: ...


@runtime_checkable
class Checks(Protocol):
    async def checks(self, version: Version) -> Sequence[Check]:
        """Every run of every CI check at this very version: all apps, all pages, in any order."""


@runtime_checkable
class Artifacts(Protocol):
    async def artifact(self, version: Version, name: str, inside: str, limit: int) -> bytes | None:
        """One file of the newest artifact of that name, of a CI run at this very version; None: there is none.

        More than ``limit`` bytes: AdapterError("too_big").
        """


@runtime_checkable
class Provenance(Protocol):
    async def holds(self, branch: str, version: Version) -> bool | None:
        """Whether the branch holds this commit now. None: nothing protects the branch."""

    async def signature(self, version: Version) -> str:
        """``valid``, or the code of why the commit's signature is not."""


@runtime_checkable
class Authors(Protocol):
    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        """Mails and logins of whoever wrote a commit that comes or goes, lower case; ``before`` None: of all history.

        None: too many to tell.
        """


@runtime_checkable
class Diagnoses(Protocol):
    async def diagnose(self) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        """For ``slipway doctor``: (code, True good | False bad | None warning, facts), in the order checked."""


@runtime_checkable
class Recorder(Protocol):
    """Where deploys of a service are recorded beside Discord. Raises AdapterError; told by ``bot.records`` alone.

    What changes something is asked exactly once; after a lost answer the caller looks first.
    """

    async def find(self, record: Record) -> str | None:
        """Its id there: the oldest that carries its mark. None: it is not there."""

    async def open(self, record: Record) -> str:
        """Record it; its id there."""

    async def stands(self, remote: str) -> str | None:
        """The newest state that it was given there."""

    async def tell(self, remote: str, record: Record, state: Recorded) -> None:
        """One more state."""

    async def pulls(self, before: str, to: str) -> Sequence[int]:
        """Numbers of the pull requests whose commits ``to`` has and ``before`` has not."""

    async def commented(self, pull: int, record: Record) -> bool:
        """Whether a comment there carries the mark."""

    async def comment(self, pull: int, record: Record, text: str) -> None:
        """One more comment, with the mark in it."""


@dataclass(frozen=True)
class AdapterKind:
    """One line of the adapters' table."""

    config: type[BaseModel]
    build: Callable[[Place], Adapter]
    checks: bool = False  # its adapter is a source of ``Checks``
    account: bool = False  # needs an identity on the platform's API, from the table of the same name
    commits: bool = False  # its versions are commits of the service's repository
    models: bool = False  # its targets have an environment in which a key can name the model
    keyless: Callable[[Any, str], str] = lambda section, key: ""  # why by the section alone this key names none


Kinds = Callable[[str], AdapterKind | None]
"""kind → its Config model and builder; imports its SDK only when asked. None: no such adapter."""


@runtime_checkable
class Authority(Protocol):
    """Who somebody is *now*, by REST. Raises SlipwayError("authority_unreadable") when Discord does not answer."""

    async def member(self, user: str) -> Person | None:
        """None: not a member of the guild."""

    async def reactions(self, channel: str, message: str) -> Mapping[Choice, frozenset[str]] | None:
        """User ids whose ✅ / ❌ stand now: normal and super, every page, exact emoji. None: message is gone."""

    async def granted(self, since: float) -> Mapping[str, frozenset[str]] | None:
        """User id → ids of the roles granted to them since then (epoch seconds), by the guild's audit log, every page.

        None: the log may not be read.
        """


@runtime_checkable
class Screen(Protocol):
    """Discord as a screen. Raises ScreenError; codes: message_gone, channel_gone, forbidden, unavailable (retry)."""

    async def send(self, channel: str, card: Card, nonce: str) -> str:
        """A new message (its card's mentions ping); the message id. The same nonce within minutes sends once."""

    async def edit(self, channel: str, message: str, card: Card) -> None:
        """Never pings."""

    async def react(self, channel: str, message: str, emoji: str) -> None: ...

    async def pin(self, channel: str, message: str) -> None:
        """Pinning what is pinned changes nothing."""

    async def find(self, channel: str, marker: str) -> str | None:
        """Our own message whose embed footer ends with ``marker`` among the channel's last 100, or None."""

    async def attach(self, channel: str, message: str, title: str, name: str, text: str) -> None:
        """A file in the message's thread, which is made when it is not there yet."""


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
