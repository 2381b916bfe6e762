"""What a plan says of the files and pull requests that go out."""

from __future__ import annotations

import pytest

from adapters.github.source import GitHubSource
from adapters.github.source.parts import Parts
from bot.cards.plan import plan_lines
from bot.model import Commit, Commits, Pull
from playground.github import LocalGithub, Repo
from tests.cards.samples import NEW, NOW, a_plan
from tests.github.hubs import GLOBS, as_token, hub, version


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("app.py", "code"),
        ("models/a/b.json", "model"),
        ("src/models/a.json", "code"),
        ("q4.gguf", "model"),
        ("weights/q4.gguf", "code"),
        ("main.tf", "infrastructure"),
        ("net/vpc/main.tf", "infrastructure"),
        ("deploy/x/y.yaml", "infrastructure"),
        ("deployment.py", "code"),
        ("models", "code"),
    ],
)
def test_a_file_belongs_to_the_part_whose_glob_names_it(path: str, part: str) -> None:
    assert Parts(GLOBS).of(path) == part


async def test_changed_files_are_counted_by_part_on_both_sides_of_a_fork(repo: Repo, source: GitHubSource) -> None:
    base = repo.commit("Base", files={"app.py": "1"})
    left = repo.commit("Left", files={"models/a.json": "1"})
    repo.branch("side", at=base)
    right = repo.commit("Right", branch="side", files={"deploy/a.yaml": "1", "app.py": "2"})
    found = await source.commits(version(left), version(right))
    assert (found.touched, found.cut) == ({"code": 1, "model": 1, "infrastructure": 1}, False)


async def test_more_files_than_github_tells_are_said_to_be_more(repo: Repo, source: GitHubSource) -> None:
    old = repo.commit("Old")
    new = repo.commit("New", files={f"models/{n}.json": "1" for n in range(301)})
    found = await source.commits(version(old), version(new))
    assert found.cut
    assert found.touched is not None
    assert found.touched["model"] == 300


async def test_pull_requests_are_those_that_were_merged_with_these_commits(repo: Repo, source: GitHubSource) -> None:
    old = repo.commit("Old")
    new = repo.commit("Serve faster")
    repo.pull(7, head=old, merge_sha=old, title="Before")
    repo.pull(8, head=new, merge_sha=new, title="Serve faster", author="haneul")
    repo.pull(9, head=new, title="Not merged")
    assert (await source.commits(version(old), version(new))).pulls == (Pull(8, "Serve faster", "haneul"),)


async def test_without_the_permission_a_plan_has_its_commits_all_the_same(github: LocalGithub, repo: Repo) -> None:
    old, new = repo.commit("Old"), repo.commit("New")
    repo.pull(8, head=new, merge_sha=new)
    async with hub(github, as_token(github, github.token(permissions={"contents": "read"}))) as ours:
        found = await GitHubSource(ours, "acme/llmops").commits(version(old), version(new))
    assert (found.total, found.pulls, found.touched) == (1, (), None)


def test_the_plan_card_shows_them_in_both_languages_and_inert() -> None:
    pulls = tuple(Pull(n, "@everyone `x`", "jieun") for n in range(1, 8))
    touched = {"code": 3, "model": 1, "infrastructure": 0}
    commits = Commits(1, (Commit(NEW.id, "jieun", "feat: x", NOW),), pulls=pulls, touched=touched, cut=True)
    english, korean = ("\n".join(plan_lines(a_plan(commits=commits), lang, {})) for lang in ("en", "ko"))
    assert "Changed files (at least): code 3 · model 1 · infra 0" in english
    assert "Pull request #1 " in english
    assert "변경 파일 (최소): 코드 3개 · 모델 1개 · 인프라 0개" in korean
    assert "외 풀 리퀘스트" in korean
    assert "@everyone" not in english.replace("@\u200beveryone", "")
