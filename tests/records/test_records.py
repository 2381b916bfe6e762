"""What others are told of deploys: once, in order, and never in the way of a deploy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest

from bot.ledger import Ledger, deploys, outbox
from bot.ledger.connection import transact
from bot.model import Kind, Outcome, Phase, Target, Verdict
from bot.records import BY_HAND, KEPT, LATE, Records
from tests.ledger.stories import PROD, STAGING, Story, version
from tests.records.pages import Pages, error


class Office:
    """A ledger whose deploys are told to ``pages``, on a clock of its own."""

    def __init__(self, ledger: Ledger, story: Story, pages: Pages) -> None:
        self.ledger, self.story, self.pages = ledger, story, pages
        self.time = 1_000.0
        self.records = self.anew()

    def anew(self, *targets: Target, commented: bool = False) -> Records:
        chosen = targets or (PROD,)
        self.records = Records(
            ledger=self.ledger,
            recorders=dict.fromkeys(chosen, self.pages),
            commented=frozenset(chosen if commented else ()),
            production=frozenset({PROD}),
            guild="9",
            language="en",
            now=lambda: self.time,
        )
        transact(self.story.db, outbox.subscribe, [*self.records.recorders], self.records.commented, self.time)
        return self.records

    async def looked(self, rounds: int = 12) -> None:
        """Until nothing is due now."""
        for _ in range(rounds):
            if await self.records.look() >= 1:
                return
        raise AssertionError("it never comes to rest")

    def waiting(self) -> int:
        return outbox.waiting(self.story.db)

    def states(self, remote: int = 0) -> list[str]:
        return self.pages.states.get(str(remote), [])


@pytest.fixture
async def office(path: Path) -> AsyncIterator[Office]:
    ledger = await Ledger.open(path)
    story = Story.at(path)
    try:
        yield Office(ledger, story, Pages())
    finally:
        story.db.close()
        await ledger.close()


async def test_an_answer_that_was_lost_is_looked_up_and_nothing_stands_there_twice(office: Office) -> None:
    office.pages.faults.extend(["lost", "lost", "lost"])
    office.story.succeeded()
    for _ in range(6):
        await office.looked()
        office.time += 20
    assert [one.mark for one in office.pages.deployments] == [f"{office.ledger.epoch}-1"]
    assert office.states() == ["in_progress", "success"]
    assert (office.pages.asked.count("open"), office.pages.asked.count("tell"), office.waiting()) == (1, 2, 0)


async def test_a_request_that_may_still_arrive_is_not_sent_again_before_it_no_longer_can(office: Office) -> None:
    office.pages.faults.append(error("timeout", call="deployment"))
    office.story.intended()
    await office.looked()
    office.time += LATE - 10
    await office.looked()
    assert office.pages.asked.count("open") == 1
    office.time += 11
    await office.looked()
    assert (office.pages.asked.count("open"), office.states()) == (2, ["in_progress"])


@pytest.mark.parametrize("faults", [*product(["", "lost", "away"], repeat=3)])
async def test_whatever_is_lost_and_whenever_it_ends_the_same(office: Office, faults: tuple[str, ...]) -> None:
    office.pages.faults.extend(error("unavailable", status=502) if one == "away" else one for one in faults)
    office.story.succeeded()
    for _ in range(12):
        await office.looked()
        office.time += LATE
    assert (len(office.pages.deployments), office.states()) == (1, ["in_progress", "success"])
    assert office.waiting() == 0


async def test_nothing_is_owed_before_the_intent_nor_for_targets_that_are_not_recorded(office: Office) -> None:
    office.story.confirmed()
    office.story.succeeded(STAGING)
    assert office.waiting() == 0
    await office.looked()
    assert (office.pages.asked, office.waiting()) == ([], 0)


async def test_a_deploy_that_was_cancelled_before_its_intent_was_never_there(office: Office) -> None:
    office.story.settle(office.story.move(office.story.confirmed(), Phase.STARTING), Verdict.CANCELLED)
    assert office.waiting() == 0


@pytest.mark.parametrize(
    ("verdict", "outcome", "said"),
    [
        (Verdict.SUCCEEDED, None, "success"),
        (Verdict.FAILED, Outcome.UNTOUCHED, "failure"),
        (Verdict.ROLLED_BACK, Outcome.AUTO, "failure"),
        (Verdict.FAILED, Outcome.UNKNOWN, "error"),
        (Verdict.CANCELLED, None, "inactive"),
        (Verdict.SUPERSEDED, None, "inactive"),
    ],
)
async def test_every_end_has_its_state(office: Office, verdict: Verdict, outcome: Outcome | None, said: str) -> None:
    office.story.settle(office.story.running(), verdict, outcome=outcome)
    await office.looked()
    assert office.states() == ["in_progress", said]


async def test_the_one_before_becomes_inactive_when_the_next_one_succeeds(office: Office) -> None:
    office.story.succeeded(letter="b")
    office.story.settle(office.story.running(letter="c"), Verdict.FAILED, outcome=Outcome.UNTOUCHED)
    await office.looked()
    assert (office.states(0)[-1], office.states(1)[-1]) == ("success", "failure")
    office.story.succeeded(letter="d")
    await office.looked()
    assert [office.states(n)[-1] for n in range(3)] == ["inactive", "failure", "success"]


async def test_the_one_before_is_not_active_when_a_failure_left_something_else_there(office: Office) -> None:
    office.story.succeeded(letter="b")
    office.story.settle(office.story.running(letter="c"), Verdict.FAILED, outcome=Outcome.BROKEN)
    await office.looked()
    assert (office.states(0)[-1], office.states(1)[-1]) == ("inactive", "failure")


async def test_a_version_that_proves_itself_later_has_succeeded(office: Office) -> None:
    deploy = office.story.settle(office.story.running(), Verdict.FAILED, outcome=Outcome.BROKEN)
    later = {"verified_later": {"by": "haneul", "at": 1.0}}
    office.story.do(deploys.note, deploy.number, now=1.0, actor="1", action="verified_later", columns=later)
    office.story.do(deploys.note, deploy.number, now=1.0, actor="1", action="noted")
    await office.looked()
    assert office.states() == ["in_progress", "failure", "success"]


async def test_a_restart_changes_no_version_and_an_image_is_no_commit(office: Office) -> None:
    story = office.story
    story.intend(story.move(story.confirmed(kind=Kind.RESTART), Phase.STARTING))
    assert office.waiting() == 0


async def test_one_that_cannot_be_told_does_not_hold_up_another_target(office: Office) -> None:
    office.anew(PROD, STAGING)
    office.pages.faults.append(error("forbidden", retry=False, permission="deployments"))
    office.story.intended(PROD)
    office.story.intended(STAGING)
    await office.looked()
    assert [one.environment for one in office.pages.deployments] == ["staging"]
    office.time += BY_HAND + LATE
    await office.looked()
    assert [one.environment for one in office.pages.deployments] == ["staging", "prod"]


async def test_what_is_refused_for_good_and_what_nobody_repairs_in_a_week_is_given_up(office: Office) -> None:
    office.pages.faults.append(error("refused", retry=False, status=422, message="No ref found"))
    office.story.intended()
    await office.looked()
    assert office.waiting() == 0
    office.anew(PROD, STAGING)
    office.story.intended(STAGING)
    office.time += KEPT + 1_000
    office.pages.faults.append(error("forbidden", retry=False, permission="deployments"))
    await office.looked()
    assert office.waiting() == 0


async def test_too_often_waits_until_it_may_speak_again(office: Office) -> None:
    office.pages.faults.append(error("rate_limited", until=office.time + 500))
    office.story.intended()
    await office.looked()
    office.time += 499
    await office.looked()
    assert office.pages.asked.count("open") == 1
    office.time += 2
    await office.looked()
    assert office.states() == ["in_progress"]


@pytest.mark.parametrize("before", [0, 1, 2])
async def test_another_life_goes_on_where_the_last_one_was_killed(office: Office, before: int) -> None:
    """Between the effect and its row: the worst place."""
    office.pages.faults.extend([*[""] * before, "killed"])
    office.story.succeeded()
    with pytest.raises(asyncio.CancelledError):
        await office.looked()
    office.anew()
    await office.looked()
    assert (len(office.pages.deployments), office.states(), office.waiting()) == (1, ["in_progress", "success"], 0)


async def test_a_backup_that_forgot_what_was_told_tells_it_no_second_time(office: Office) -> None:
    office.story.intended()
    await office.looked()
    office.story.db.execute("UPDATE outbox SET ended_at = NULL, ended = NULL, remote = NULL")
    office.ledger.epoch = "another1"
    await office.looked()
    assert (len(office.pages.deployments), office.states()) == (1, ["in_progress"])


async def test_a_target_that_is_no_longer_recorded_is_not_told_of_any_more(office: Office) -> None:
    office.story.intended()
    office.anew(STAGING)
    await office.looked()
    assert (office.pages.asked, office.waiting()) == ([], 0)


async def test_the_pull_requests_that_went_out_are_told_once_each(office: Office) -> None:
    office.anew(PROD, commented=True)
    office.pages.merged = (7, 9)
    office.story.settle(office.story.running(), Verdict.SUCCEEDED, verified=version("b"))
    office.pages.faults.extend(["", "", "", "lost", ""])
    for _ in range(4):
        await office.looked()
        office.time += LATE
    assert [(pull, text) for pull, _, text in office.pages.comments] == [
        (7, "Deployed to prod: ai-server bbbbbbb (Slipway #1)"),
        (9, "Deployed to prod: ai-server bbbbbbb (Slipway #1)"),
    ]


async def test_a_pull_request_that_cannot_be_told_is_given_up_at_once(office: Office) -> None:
    office.anew(PROD, commented=True)
    office.pages.merged = (7, 9)
    office.story.succeeded()
    office.pages.faults.extend(["", "", "", error("forbidden", retry=False, permission="pull_requests")])
    await office.looked()
    assert ([pull for pull, _, _ in office.pages.comments], office.waiting()) == ([9], 0)


async def test_a_failure_and_a_target_without_the_option_tell_no_pull_request(office: Office) -> None:
    office.pages.merged = (7,)
    office.story.succeeded()
    office.anew(PROD, commented=True)
    office.story.settle(office.story.running(letter="c"), Verdict.FAILED, outcome=Outcome.UNTOUCHED)
    await office.looked()
    assert (office.pages.comments, "pulls" in office.pages.asked) == ([], False)
