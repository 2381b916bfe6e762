"""A repository's history, asked about versions that were built from its commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from bot.model import Check, Commits, Version
from bot.ports import Built


class BuiltFrom:
    """``source``: knows commits by their own ids. Raises what the adapter raises where it cannot name the commit."""

    def __init__(self, source: object, adapter: Built) -> None:
        self._source = cast(Any, source)
        self._adapter = adapter

    async def commits(self, before: Version, to: Version) -> Commits:
        found: Commits = await self._source.commits(await self._adapter.commit(before), await self._adapter.commit(to))
        return found

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        since = await self._adapter.commit(before) if before else None
        found: Sequence[str] | None = await self._source.authors(since, await self._adapter.commit(to))
        return found

    async def checks(self, version: Version) -> Sequence[Check]:
        found: Sequence[Check] = await self._source.checks(await self._adapter.commit(version))
        return found

    async def holds(self, branch: str, version: Version) -> bool | None:
        found: bool | None = await self._source.holds(branch, await self._adapter.commit(version))
        return found

    async def signature(self, version: Version) -> str:
        return str(await self._source.signature(await self._adapter.commit(version)))

    async def artifact(self, version: Version, name: str, inside: str, limit: int) -> bytes | None:
        commit = await self._adapter.commit(version)
        found: bytes | None = await self._source.artifact(commit, name, inside, limit)
        return found
