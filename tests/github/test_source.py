"""A service's history as GitHub tells it: what goes out, who wrote it, which checks it has."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.github.source import GitHubSource
from bot.errors import AdapterError
from bot.gates.checks import judge, newest_of
from bot.model import Says, Version
from playground.github import LocalGithub, Repo
from tests.github.hubs import as_app, as_token, hub, version


@pytest.fixture
async def source(github: LocalGithub, repo: Repo) -> AsyncIterator[GitHubSource]:
    """By a classic token, which reads check runs and costs no key."""
    async with hub(github, as_token(github, github.classic_token())) as made:
        yield GitHubSource(made, "acme/llmops")


async def test_more_commits_than_a_page_are_counted_and_the_newest_shown_first(
    repo: Repo, source: GitHubSource
) -> None:
    before = repo.commit("Before")
    shas = [repo.commit(f"Change {n}\n\nat length") for n in range(130)]
    found = await source.commits(version(before), version(shas[-1]))
    assert (found.total, found.forward) == (130, True)
    assert [one.sha for one in found.items] == list(reversed(shas))[:50]
    assert (found.items[0].subject, found.items[0].author) == ("Change 129", "jieun")


async def test_going_back_tells_the_commits_that_go_away(repo: Repo, source: GitHubSource) -> None:
    old, new = repo.commit("Old"), repo.commit("New")
    found = await source.commits(version(new), version(old))
    assert (found.total, found.forward, [one.sha for one in found.items]) == (1, False, [new])


async def test_everybody_who_wrote_what_comes_or_goes_is_named_by_login_and_mail(
    repo: Repo, source: GitHubSource
) -> None:
    base = repo.commit("Base", author="nobody")
    left = repo.commit("Left\n\nCo-authored-by: Somi <Somi@Example.org>", author="haneul")
    repo.branch("side", at=base)
    right = repo.commit("Right", branch="side", author="jieun")
    found = await source.authors(version(left), version(right))
    assert found is not None
    assert {"haneul", "jieun", "somi@example.org"} <= set(found)
    assert "nobody" not in found
    assert any(name.startswith("jieun@") or "+jieun@" in name for name in found)
    every = await source.authors(None, version(left))
    assert every is not None
    assert {"minji", "nobody", "haneul"} <= set(every)


async def test_an_author_beyond_what_can_be_told_leaves_nobody_told(repo: Repo, source: GitHubSource) -> None:
    old = repo.commit("Old")
    for n in range(1001):
        repo.commit(f"Change {n}")
    assert await source.authors(version(old), version(repo.branch("main"))) is None


async def test_a_check_on_the_second_page_is_seen(repo: Repo, source: GitHubSource) -> None:
    sha = repo.commit("Change")
    repo.check_run(sha, "last", "failure", at=1.0)
    for n in range(130):
        repo.check_run(sha, f"check {n}", app="buildkite", suite=n)
    found = await source.checks(version(sha))
    assert judge(["last"], found).code == "failed"


async def test_a_red_rerun_counts_and_a_newer_one_that_still_runs_too(repo: Repo, source: GitHubSource) -> None:
    sha = repo.commit("Change")
    repo.check_run(sha, "test", "success", at=100.0)
    repo.check_run(sha, "test", "failure", at=200.0)
    assert judge(["test"], await source.checks(version(sha))).says is Says.NO
    repo.check_run(sha, "test", None, at=300.0)
    assert judge(["test"], await source.checks(version(sha))).code == "running"


async def test_a_status_is_a_check_and_the_newest_of_a_context_counts(
    github: LocalGithub, repo: Repo, source: GitHubSource
) -> None:
    sha, clock = repo.commit("Change"), github.now()
    github.now = lambda: clock
    repo.status(sha, "ci/model", "failure")
    clock += 5
    repo.status(sha, "ci/model", "success", by="somebody")
    assert judge(["ci/model"], await source.checks(version(sha))).says is Says.YES
    clock += 5
    repo.status(sha, "ci/model", "pending")
    assert judge(["ci/model"], await source.checks(version(sha))).code == "running"


async def test_the_same_name_from_two_apps_must_be_good_in_both(repo: Repo, source: GitHubSource) -> None:
    sha = repo.commit("Change")
    repo.check_run(sha, "test", "success")
    repo.check_run(sha, "test", "failure", app="other", suite=1)
    found = await source.checks(version(sha))
    assert {one.app for one in newest_of(found)} == {"github-actions", "other"}
    assert judge(["test"], found).says is Says.NO


async def test_a_check_of_another_commit_is_none_of_this_one(repo: Repo, source: GitHubSource) -> None:
    first, second = repo.commit("First"), repo.commit("Second")
    repo.check_run(first, "test", "success")
    assert judge(["test"], await source.checks(version(second))).code == "missing"


async def test_a_fine_grained_token_reads_the_jobs_instead_of_checks(github: LocalGithub, repo: Repo) -> None:
    async with hub(github) as ours:
        source = GitHubSource(ours, "acme/llmops")
        path = "/repos/acme/llmops/actions/workflows/cd.yml/dispatches"
        await ours.send("dispatch", "POST", path, {"ref": "main", "inputs": {"version": "1"}})
        run = repo.runs[-1]
        job = run.jobs[0].name
        assert judge([job], await source.checks(version(run.head_sha))).code == "running"
        run.finish()
        assert judge([job], await source.checks(version(run.head_sha))).says is Says.YES
        repo.check_run(run.head_sha, "others", "success", app="other")
        assert judge(["others"], await source.checks(version(run.head_sha))).code == "missing"


async def test_an_app_reads_the_checks_of_other_apps(github: LocalGithub, repo: Repo) -> None:
    sha = repo.commit("Change")
    repo.check_run(sha, "others", "success", app="other")
    async with hub(github, as_app(github, github.app())) as ours:
        assert judge(["others"], await GitHubSource(ours, "acme/llmops").checks(version(sha))).says is Says.YES


async def test_a_branch_name_never_stands_for_a_commit(repo: Repo, source: GitHubSource) -> None:
    with pytest.raises(AdapterError) as found:
        await source.checks(Version("main", "main"))
    assert found.value.code == "bad_ref"
