"""A service's history as its repository on GitHub has it: for services of any adapter whose versions are commits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adapters.github.hub import Hub
from adapters.github.hub.faults import error
from adapters.github.source import artifacts, checking, comparing
from bot.model import Check, Commits, Version

SHA = re.compile(r"[0-9a-f]{40}")


class GitHubSource:
    """One repository. Raises only AdapterError("github", …)."""

    def __init__(self, hub: Hub, repository: str) -> None:
        self._hub = hub
        self._at = f"/repos/{repository}"

    async def commits(self, before: Version, to: Version) -> Commits:
        return await comparing.commits(self._hub, self._at, sha(before), sha(to))

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        return await comparing.authors(self._hub, self._at, sha(before) if before else None, sha(to))

    async def checks(self, version: Version) -> Sequence[Check]:
        return await checking.checks(self._hub, self._at, sha(version))

    async def artifact(self, version: Version, name: str, inside: str, limit: int) -> bytes | None:
        return await artifacts.file(self._hub, self._at, sha(version), name, inside, limit)


def sha(version: Version) -> str:
    """Full commit ids alone reach GitHub: a branch of the same name would be another commit."""
    if not SHA.fullmatch(version.id):
        raise error("bad_ref", wanted=version.label[:100])
    return version.id
