"""Deploys on GitHub's own pages: told to the local GitHub by the very loop that tells them in production."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.github.hub import Hub
from adapters.github.recorder import GitHubRecorder
from bot.errors import AdapterError
from bot.ledger import Ledger, outbox
from bot.ledger.connection import transact
from bot.model import Identity, Outcome, Record, Recorded, Secret, Verdict
from bot.records import LATE, Records
from playground.github import LocalGithub, Repo
from tests.ledger.stories import PROD, Story

WRITES = {"deployments": "write", "contents": "read", "pull_requests": "write"}


@pytest.fixture
def repo(github: LocalGithub) -> Repo:
    made = github.repository("acme/ai-server")
    made.commit("Begin")
    return made


def hub(github: LocalGithub, permissions: dict[str, str] | None = None) -> Hub:
    token = Secret("GITHUB_TOKEN")
    token.fill(github.token(permissions=permissions or WRITES))
    return Hub(Identity(github.api, token=token), lambda _: None, now=lambda: github.now())


@pytest.fixture
async def recorder(github: LocalGithub, repo: Repo) -> AsyncIterator[GitHubRecorder]:
    made = hub(github)
    yield GitHubRecorder(made, "acme/ai-server")
    await made.close()


def record(repo: Repo, mark: str = "k3v9abcd-7") -> Record:
    url = "https://discord.com/channels/1/2/3"
    return Record(mark, repo.commit("Serve faster"), "prod", "deploy", "Slipway #7 · ai-server · prod", True, url)


async def test_a_deployment_is_found_again_by_its_mark_and_by_nothing_else(
    recorder: GitHubRecorder, repo: Repo
) -> None:
    mine = record(repo)
    assert await recorder.find(mine) is None
    remote = await recorder.open(mine)
    others = [replace(mine, mark="k3v9abcd-77"), replace(mine, environment="staging")]
    assert (await recorder.find(mine), [await recorder.find(one) for one in others]) == (remote, [None, None])


@pytest.mark.parametrize("payload", ["", "{", "[1]", '{"slipway": 7}', '{"slipway": {"a": "b"}}', {"slipway": None}])
async def test_whatever_others_write_into_their_payload_is_not_ours(
    recorder: GitHubRecorder, repo: Repo, payload: object
) -> None:
    mine = record(repo)
    repo.deploy(mine.commit, mine.commit, "prod", repo.state.user("minsu"), payload=payload)
    assert await recorder.find(mine) is None


async def test_of_two_with_one_mark_the_oldest_counts(recorder: GitHubRecorder, repo: Repo) -> None:
    mine = record(repo)
    first = await recorder.open(mine)
    await recorder.open(mine)
    assert await recorder.find(mine) == first


async def test_a_payload_that_came_back_as_text_is_read_too(recorder: GitHubRecorder, repo: Repo) -> None:
    mine = record(repo)
    made = repo.deploy(mine.commit, mine.commit, "prod", repo.state.user("x"), payload=f'{{"slipway": "{mine.mark}"}}')
    assert await recorder.find(mine) == str(made.id)


@pytest.mark.parametrize("answer", [{"message": "Auto-merged main into v2 on deployment."}, {"id": "7"}, [], None])
async def test_an_answer_that_names_no_deployment_leaves_open_whether_there_is_one(repo: Repo, answer: object) -> None:
    class Told:
        async def send(self, call: str, method: str, path: str, body: object) -> object:
            return answer

    told: Any = Told()
    with pytest.raises(AdapterError) as caught:
        await GitHubRecorder(told, "acme/ai-server").open(record(repo))
    assert (caught.value.code, caught.value.retry) == ("garbled", True)


async def test_red_checks_a_branch_behind_and_others_of_that_environment_are_left_alone(
    recorder: GitHubRecorder, repo: Repo
) -> None:
    theirs = repo.deploy(repo.commit("Theirs"), "main", "prod", repo.state.user("minsu"), production=False)
    repo.deployment_status(theirs, "success", repo.state.user("minsu"))
    mine = record(repo)
    repo.status(mine.commit, "ci", "failure")
    repo.commit("Later")
    remote = await recorder.open(mine)
    await recorder.tell(remote, mine, Recorded.SUCCESS)
    (made,) = (one for one in repo.deployments if str(one.id) == remote)
    assert (made.sha, made.state, theirs.state) == (mine.commit, "success", "success")
    assert (made.statuses[-1].log_url, made.description) == (mine.url, mine.description)
    assert await recorder.stands(remote) == "success"


async def test_a_deployment_without_a_state_stands_nowhere(recorder: GitHubRecorder, repo: Repo) -> None:
    assert await recorder.stands(await recorder.open(record(repo))) is None


async def test_a_token_without_the_permission_is_told_which_one_and_nothing_is_made(
    github: LocalGithub, repo: Repo
) -> None:
    made = hub(github, {"deployments": "read", "contents": "read"})
    try:
        with pytest.raises(AdapterError) as caught:
            await GitHubRecorder(made, "acme/ai-server").open(record(repo))
    finally:
        await made.close()
    assert (caught.value.code, caught.value.facts["permission"], repo.deployments) == (
        "forbidden",
        "deployments=write",
        [],
    )


@dataclass
class Told:
    """Deploys of a ledger, told to the local GitHub on its clock."""

    github: LocalGithub
    repo: Repo
    story: Story
    records: Records
    time: float = 2_000_000_000.0

    async def looked(self, rounds: int = 8) -> None:
        for _ in range(rounds):
            while await self.records.look() < 1:
                pass
            self.time += LATE + 1

    def stands(self) -> list[list[str]]:
        return [[status.state for status in one.statuses] for one in self.repo.deployments]


@pytest.fixture
async def told(github: LocalGithub, repo: Repo, recorder: GitHubRecorder, tmp_path: Path) -> AsyncIterator[Told]:
    ledger = await Ledger.open(tmp_path / "slipway.db")
    story = Story.at(tmp_path / "slipway.db")
    story.clock = count(int(Told.time))
    sites = {PROD: recorder}
    records = Records(ledger, sites, frozenset(), frozenset(), "9", "en")
    made = Told(github, repo, story, records)
    for letter in "bcd":  # the versions of the ledger's stories
        repo.tree.commits[letter * 40] = replace(repo.tree.commits[repo.commit(letter)], sha=letter * 40)
    records.now = github.now = lambda: made.time
    transact(story.db, outbox.subscribe, [PROD], [], 0.0)
    yield made
    story.db.close()
    await ledger.close()


async def test_a_deploy_and_the_next_one_read_on_github_as_they_do_in_discord(told: Told) -> None:
    told.story.succeeded(letter="b")
    await told.looked(1)
    told.story.settle(told.story.running(letter="c"), Verdict.FAILED, outcome=Outcome.UNTOUCHED)
    told.story.succeeded(letter="d")
    await told.looked(1)
    assert told.stands() == [
        ["in_progress", "success", "inactive"],
        ["in_progress", "failure"],
        ["in_progress", "success"],
    ]
    assert {one.environment for one in told.repo.deployments} == {"prod"}


@pytest.mark.parametrize("call", ["create_deployment", "create_deployment_status"])
@pytest.mark.parametrize(
    "fault",
    [
        *("lost_before_effect", "lost_after_effect", "502", "502_before_effect", "garbled"),
        *("secondary_limit", "secondary_limit_no_header", "primary_limit:30"),
    ],
)
async def test_whatever_github_does_to_an_answer_every_deploy_stands_there_once(
    told: Told, call: str, fault: str
) -> None:
    told.github.faults.next(call, fault)
    told.github.faults.next(call, "lost_after_effect")
    told.story.succeeded()
    await told.looked()
    assert told.stands() == [["in_progress", "success"]]


async def test_a_commit_that_the_repository_does_not_have_is_given_up_at_once(told: Told) -> None:
    del told.repo.tree.commits["b" * 40]
    told.story.succeeded()
    await told.looked(1)
    assert (told.stands(), outbox.waiting(told.story.db)) == ([], 0)


async def test_one_deploy_costs_four_requests(told: Told) -> None:
    """Look, make, two states."""
    told.story.succeeded()
    await told.looked(1)
    assert [one.method for one in told.github.requests] == ["GET", "POST", "POST", "POST"]


async def test_each_pull_request_that_went_out_gets_one_comment_and_no_other(told: Told) -> None:
    repo = told.repo
    before = repo.commit("Before")
    squashed, branch, plain = repo.commit("Faster (#7)"), repo.commit("x"), repo.commit("pushed by hand")
    repo.pull(7, head=branch, merge_sha=squashed, title="Faster", author="jieun")
    repo.pull(8, head=plain, merge_sha=None, title="Still open", author="jieun")
    repo.pull(9, head=before, merge_sha=before, title="Long ago", author="jieun")
    recorder = told.records.recorders[PROD]
    assert await recorder.pulls(before, plain) == [7]
    mine = record(repo)
    assert not await recorder.commented(7, mine)
    await recorder.comment(7, mine, "Deployed to prod")
    assert (await recorder.commented(7, mine), await recorder.commented(7, replace(mine, mark="k3v9abcd-8"))) == (
        True,
        False,
    )
    (said,) = repo.pulls[0].comments
    assert said.text.splitlines()[0] == "Deployed to prod"


async def test_doctor_says_whether_deployments_can_be_seen_where_they_are_to_be_written(
    github: LocalGithub, repo: Repo
) -> None:
    said = {}
    for name, allowed in (("may", WRITES), ("may_not", {"contents": "read", "actions": "read"})):
        made = hub(github, allowed)
        said[name] = [(code, good) for code, good, _ in await made.diagnose([], ["acme/ai-server"])][1]
        await made.close()
    assert said == {"may": ("deployments", True), "may_not": ("deployments_hidden", None)}
