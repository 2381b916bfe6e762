"""Who is asked for a target's history: its repository's platform first, and what happens when that is silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from adapters.dry_run.config import Config
from bot.errors import AdapterError
from bot.model import Approval, Commits, Kind, Policy, Target, TargetSpec, Version
from bot.plan import facts
from bot.ports import Site

OLD, NEW = Version("a" * 40, "aaaaaaa"), Version("b" * 40, "bbbbbbb")


class Told:
    """A platform that tells so many commits; None: it does not answer."""

    def __init__(self, total: int | None, authors: Sequence[str] = ()) -> None:
        self.total, self.names = total, authors

    async def commits(self, before: Version, to: Version) -> Commits:
        if self.total is None:
            raise AdapterError("github", "unavailable", retry=True, status=502)
        return Commits(self.total)

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        if self.total is None:
            raise AdapterError("github", "unavailable", retry=True, status=502)
        return self.names


def site(folder: Path, source: Told | None, adapter: Told) -> Site:
    target, section = Target("x", "prod"), Config(world=str(folder / "world.json"))
    policy = Policy(approve=Approval((), authors=False))
    spec = TargetSpec(target, "X", "ssh", section, policy, None, 60.0, True, "main", "acme/x")
    host: Any = adapter  # asked for its history alone
    return Site(spec, host, source=source)


async def test_the_repositorys_platform_is_asked_first(tmp_path: Path) -> None:
    found = await facts.commits(site(tmp_path, Told(3), Told(5)), OLD, NEW)
    assert found is not None
    assert found.total == 3


async def test_commits_come_from_the_host_where_the_platform_is_silent(tmp_path: Path) -> None:
    found = await facts.commits(site(tmp_path, Told(None), Told(5)), OLD, NEW)
    assert found is not None
    assert found.total == 5


async def test_authors_are_not_taken_from_the_host_instead(tmp_path: Path) -> None:
    """The host knows mails alone: a person who is known by login would be no author there."""
    silent = site(tmp_path, Told(None), Told(1, ["mail@example.org"]))
    assert await facts.authors(silent, Kind.DEPLOY, OLD, NEW) is None
    heard = replace(silent, source=Told(1, ["Haneul"]))
    assert await facts.authors(heard, Kind.DEPLOY, OLD, NEW) == ("haneul",)
