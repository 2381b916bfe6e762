"""The same walk over what GitHub is told of deploys: the bot dies at every point; GitHub's own pages are the oracle."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from adapters.dry_run.adapter import made_up
from bot.ledger import outbox
from playground.github import LocalGithub, Repo
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.config_file import FIRST
from tests.crash.on_github import TELLING, points
from tests.crash.town import DEADLINES, Town, town
from tests.crash.walk import facts

REPOSITORY = "acme/app"
VERBS = (outbox.asking, outbox.known, outbox.told, outbox.spread, outbox.failed, outbox.void)
BOUND = {"recorded_late": 0.3}  # seconds: the local GitHub does at once what it does at all


@pytest.mark.timeout(300)
async def test_a_bot_killed_at_each_point_of_what_it_tells_github_tells_it_once(
    tmp_path: Path, nursery: Nursery
) -> None:
    died = tmp_path / "died"
    async with LocalGithub() as github:
        repo = _history(github)
        environment = {
            "GITHUB_TOKEN": github.classic_token("slipway-bot"),
            "CRASH_DEADLINES": json.dumps({**DEADLINES, **BOUND}),
            "CRASH_DIED": str(died),
        }
        write = partial(config_file.recorded, github.api, REPOSITORY)
        for each in ("github.", "ledger.outbox."):
            async with town(
                tmp_path / each, nursery, write=write, environment={**environment, "CRASH_EACH": each}
            ) as it:
                ordered = await _deploys(it, github)
                assert invariants.broken(facts(it, ordered)) == []
            _once_each(repo)
            repo.deployments.clear()
            for pull in repo.pulls:
                pull.comments.clear()
        ended = died.read_text().split()
    assert [point for point in _points() if ended.count(point) != 1] == []


def _points() -> list[str]:
    return points(*TELLING) + [
        f"ledger.outbox.{verb.__name__}.{where}" for verb in VERBS for where in ("before", "committed")
    ]


def _history(github: LocalGithub) -> Repo:
    """What runs first, then v1, v2 by two pull requests; v3 is not there."""
    repo, before = github.repository(REPOSITORY), ()
    for sha in (FIRST, made_up("v1"), made_up("v2")):
        made = repo.commit(sha)
        repo.tree.commits[sha] = replace(repo.tree.commits[made], sha=sha, parents=before)
        before = (sha,)
    for number in (7, 8):
        repo.pull(number, head=made_up("v2"), merge_sha=made_up("v2"), title="Faster", author="jieun")
    return repo


async def _deploys(it: Town, github: LocalGithub) -> int:
    github.faults.next("create_deployment_status", "500", times=2)
    for version in ("v1", "v2", "v3"):
        number = await it.order(it.jieun, "deploy", "staging", version=version)
        assert await it.verdict(number) == "succeeded"
    await it.come_true(lambda: not it.rows("SELECT 1 FROM outbox WHERE ended_at IS NULL"), "GitHub is never told")
    return 3


def _once_each(repo: Repo) -> None:
    """v3 is told of nowhere; that v2 runs no longer is."""
    states = {one.sha: [status.state for status in one.statuses] for one in repo.deployments}
    gone = ["in_progress", "success", "inactive"]
    assert states == {made_up("v1"): gone, made_up("v2"): gone}
    assert len(repo.deployments) == 2
    assert [len(pull.comments) for pull in repo.pulls] == [1, 1]
