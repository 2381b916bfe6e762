"""What an adapter may do besides, one small protocol each, asked for with ``isinstance``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from bot.model import Answer, Attempt, Change, HealthCheck, Hint, Preflight, Ref, Version


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
class Links(Protocol):
    def link(self, attempt: Attempt, ref: Ref) -> str | None:
        """Where a person sees this attempt on the platform's own pages. Made of what we know; asks nobody."""


@runtime_checkable
class Abandons(Protocol):
    async def abandon(self, attempt: Attempt) -> bool:
        """Make sure that a late arrival of this attempt does nothing. False: it had begun after all."""


@runtime_checkable
class Hears(Protocol):
    def hears(self, ref: Ref | None, hint: Hint) -> bool:
        """Whether the hint may be about the attempt behind ``ref`` (None: not found yet).

        One about a repository is of the service's own; any other is the adapter's to tell apart.
        """


@runtime_checkable
class Logs(Protocol):
    async def logs(self, lines: int) -> str:
        """The service's last lines, masked on the target."""


@runtime_checkable
class Probes(Protocol):
    async def probe(self, health: HealthCheck) -> Answer:
        """One health request from the target's own side: no redirects, body at most 64 KB."""


@runtime_checkable
class Built(Protocol):
    """Its versions are no commits, but were built from commits of the service's repository."""

    async def commit(self, version: Version) -> Version:
        """The commit that this version was built from, by its full id. Raises AdapterError where nobody can tell."""


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
class Diagnoses(Protocol):
    async def diagnose(self) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        """For ``slipway doctor``: (code, True good | False bad | None warning, facts), in the order checked."""
