"""Where a version comes from: only what a protected branch holds, and only what is signed."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.github.source import GitHubSource
from adapters.github.source.provenance import signature
from bot.errors import AdapterError
from playground.github import Repo
from tests.github.hubs import version


async def test_a_commit_that_is_only_on_a_side_branch_is_not_held(repo: Repo, source: GitHubSource) -> None:
    base = repo.commit("Base")
    repo.protect("main")
    side = repo.commit("Side", branch="feature/side")
    assert await source.holds("main", version(side)) is False
    head = repo.commit("Head")
    assert [await source.holds("main", version(sha)) for sha in (base, head, side)] == [True, True, False]


async def test_a_commit_that_was_pushed_away_again_is_no_longer_held(repo: Repo, source: GitHubSource) -> None:
    base, bad = repo.commit("Base"), repo.commit("Bad")
    repo.protect("main")
    assert await source.holds("main", version(bad)) is True
    repo.branch("main", at=base)
    assert await source.holds("main", version(bad)) is False


async def test_an_unprotected_branch_holds_nothing_that_counts(repo: Repo, source: GitHubSource) -> None:
    assert await source.holds("main", version(repo.commit("Head"))) is None


async def test_a_branch_with_a_slash_in_its_name_is_asked_for_by_that_name(repo: Repo, source: GitHubSource) -> None:
    sha = repo.commit("Release", branch="release/1")
    repo.protect("release/1")
    assert await source.holds("release/1", version(sha)) is True


async def test_a_branch_that_does_not_exist_is_an_error_not_a_no(repo: Repo, source: GitHubSource) -> None:
    sha = repo.commit("Head")
    with pytest.raises(AdapterError) as found:
        await source.holds("gone", version(sha))
    assert found.value.code == "not_found"


async def test_only_a_verified_signature_is_valid(repo: Repo, source: GitHubSource) -> None:
    assert await source.signature(version(repo.commit("Plain"))) == "unsigned"
    assert await source.signature(version(repo.commit("Signed", signed=True))) == "valid"


@pytest.mark.parametrize(
    ("verification", "said"),
    [
        ({"verified": False, "reason": "valid"}, "unverified"),
        ({"verified": True, "reason": "expired_key"}, "expired_key"),
        ({"verified": "yes", "reason": "valid"}, "unverified"),
    ],
)
async def test_a_signature_that_contradicts_itself_is_not_valid(verification: dict[str, Any], said: str) -> None:
    class Told:
        async def get(self, path: str) -> Any:
            return {"sha": "a" * 40, "commit": {"verification": verification}}

    told: Any = Told()
    assert await signature(told, "/repos/acme/llmops", "a" * 40) == said
