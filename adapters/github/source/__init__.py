"""A service's history as its repository on GitHub has it: for services of any adapter whose versions are commits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.github.hub import Hub
from adapters.github.hub.faults import error
from adapters.github.source import artifacts, checking, comparing, provenance
from adapters.github.source.parts import Parts
from adapters.github.source.pulls import merged
from bot.model import Check, Commits, Version

SHA = re.compile(r"[0-9a-f]{40}")


class GitHubSource:
    """One repository. Raises only AdapterError("github", …). ``paths``: part of the service → globs of its files."""

    def __init__(self, hub: Hub, repository: str, paths: Mapping[str, Sequence[str]] | None = None) -> None:
        self._hub = hub
        self._at = f"/repos/{repository}"
        self._parts = Parts(paths or {})

    async def commits(self, before: Version, to: Version) -> Commits:
        found = await comparing.commits(self._hub, self._at, sha(before), sha(to))
        pulls = await merged(self._hub, self._at, {one.sha for one in found.items})
        if not self._parts.named:
            return replace(found, pulls=pulls)
        files, cut = await comparing.files(self._hub, self._at, sha(before), sha(to))
        return replace(found, pulls=pulls, touched=self._parts.count(files), cut=cut)

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        return await comparing.authors(self._hub, self._at, sha(before) if before else None, sha(to))

    async def checks(self, version: Version) -> Sequence[Check]:
        return await checking.checks(self._hub, self._at, sha(version))

    async def holds(self, branch: str, version: Version) -> bool | None:
        return await provenance.holds(self._hub, self._at, branch, sha(version))

    async def signature(self, version: Version) -> str:
        return await provenance.signature(self._hub, self._at, sha(version))

    async def artifact(self, version: Version, name: str, inside: str, limit: int) -> bytes | None:
        return await artifacts.file(self._hub, self._at, sha(version), name, inside, limit)


def sha(version: Version) -> str:
    """Full commit ids alone reach GitHub: a branch of the same name would be another commit."""
    if not SHA.fullmatch(version.id):
        raise error("bad_ref", wanted=version.label[:100])
    return version.id
