"""Whoever knows the history of a service: its adapter, or the platform of its repository."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.model import Check, Commits, Version


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
