"""An image that is tagged with one commit's SHA has that commit's history; any other has none, and nobody guesses."""

from __future__ import annotations

import pytest

from bot.errors import AdapterError
from bot.model import Check, Commits, Version
from bot.plan.built import BuiltFrom
from bot.ports import Artifacts, Authors, Built, Checks, Provenance, Source
from tests.ecs.town import Town

OLD, NEW = "a" * 40, "b" * 40


class Repository:
    """Knows commits by their own ids and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    async def commits(self, before: Version, to: Version) -> Commits:
        self.asked.append((before.id, to.id))
        return Commits(1)

    async def authors(self, before: Version | None, to: Version) -> list[str]:
        self.asked.append((before.id if before else "", to.id))
        return ["minsu"]

    async def checks(self, version: Version) -> list[Check]:
        self.asked.append((version.id,))
        return []

    async def holds(self, branch: str, version: Version) -> bool:
        self.asked.append((branch, version.id))
        return True

    async def signature(self, version: Version) -> str:
        self.asked.append((version.id,))
        return "valid"

    async def artifact(self, version: Version, name: str, inside: str, limit: int) -> bytes:
        self.asked.append((version.id, name))
        return b"{}"


@pytest.mark.parametrize("tags", [("v1.0",), (OLD, NEW), ()])
async def test_an_image_without_one_commit_s_tag_has_no_history(world: Town, tags: tuple[str, ...]) -> None:
    digest = world.repository.push(*tags)
    repository = Repository()
    history = BuiltFrom(repository, world.adapter())
    with pytest.raises(AdapterError) as untold:
        await history.checks(Version(digest, "v1.0"))
    assert (untold.value.code, untold.value.retry) == ("commit_untold", False)
    assert repository.asked == []


async def test_the_repository_is_asked_about_the_commits_that_images_were_built_from(world: Town) -> None:
    adapter, repository = world.adapter(), Repository()
    assert isinstance(adapter, Built)
    old, new = [Version(world.repository.push(tag, f"v-{tag[:3]}"), "x") for tag in (OLD, NEW)]
    history = BuiltFrom(repository, adapter)
    assert all(isinstance(history, kind) for kind in (Source, Authors, Checks, Provenance, Artifacts))
    assert await history.commits(old, new) == Commits(1)
    assert await history.authors(None, new) == ["minsu"]
    assert await history.authors(old, new) == ["minsu"]
    await history.checks(new)
    await history.holds("main", new)
    await history.signature(new)
    await history.artifact(new, "eval", "results.json", 10)
    told = [(OLD, NEW), ("", NEW), (OLD, NEW), (NEW,), ("main", NEW), (NEW,), (NEW, "eval")]
    assert repository.asked == told
