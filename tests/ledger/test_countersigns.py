"""What break-glass owes: made with the Confirm or not at all, paged once, signed once, and every step on record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, countersigns, deploys, posts
from bot.model import Deploy, Phase, Target, Verdict
from tests.ledger.stories import HANEUL, JIEUN, PROD, STAGING, Story

DUE = 5_000.0
OTHER = Target("llmops", "prod")


def broken(story: Story, target: Target = PROD, *, also: Any = None) -> Deploy:
    """A confirmed deploy that owes a second person's word."""
    planned = story.planned(target)

    def judge(db: Database, deploy: Deploy) -> None:
        countersigns.ask(db, deploy, due=DUE, now=1.0, title="AI Server", users=(HANEUL,), roles=("77",))
        if also:
            also()

    return story.do(deploys.confirm, planned.number, now=1.0, expires_at=None, displace=False, judge=judge)


def actions(story: Story, deploy: Deploy) -> list[str]:
    return [row.action for row in audit.of(story.db, deploy.number)]


def test_a_confirm_that_is_refused_leaves_neither_alarm_nor_debt(story: Story) -> None:
    story.confirmed()
    with pytest.raises(Refusal, match="target_busy"):
        broken(story)
    assert countersigns.owed(story.db) == []
    assert posts.wanted(story.db) == []
    assert audit.verify(story.db) == []


def test_the_alarm_the_debt_and_the_claim_are_one_commit(story: Story) -> None:
    deploy = broken(story)
    (alarm,) = posts.wanted(story.db)
    assert (alarm.kind, alarm.place, alarm.users, alarm.roles) == ("break_glass", "security", (HANEUL,), ("77",))
    (owed,) = countersigns.owed(story.db)
    assert (owed.deploy, owed.due, owed.target, owed.who, owed.ulid) == (
        *(deploy.number, DUE, PROD, "jieun"),
        deploy.ulid,
    )
    assert actions(story, deploy) == ["planned", "break_glass", "confirmed"]
    assert audit.verify(story.db) == []


def test_it_is_paged_once_and_has_what_waits_judged_again(story: Story) -> None:
    first = story.settle(story.intend(story.move(broken(story), Phase.STARTING)), Verdict.SUCCEEDED)
    waiting = story.confirmed(letter="c")
    elsewhere = story.confirmed(STAGING)
    assert story.do(countersigns.overdue, first.number, now=DUE, roles=("77",))
    assert not story.do(countersigns.overdue, first.number, now=DUE, roles=("77",))
    assert actions(story, first).count("countersign_overdue") == 1
    assert [post.kind for post in posts.wanted(story.db)] == ["break_glass", "countersign_overdue"]
    assert deploys.get(story.db, waiting.number).revision > waiting.revision  # type: ignore[union-attr]
    assert deploys.get(story.db, elsewhere.number).revision == elsewhere.revision  # type: ignore[union-attr]
    assert audit.verify(story.db) == []


def test_what_is_signed_is_no_longer_owed_nor_paged(story: Story) -> None:
    deploy = broken(story)
    story.do(countersigns.sign, deploy.number, by=HANEUL, by_name="haneul", now=9.0)
    assert countersigns.owed(story.db) == []
    assert not story.do(countersigns.overdue, deploy.number, now=DUE, roles=())
    with pytest.raises(Refusal, match="already_countersigned"):
        story.do(countersigns.sign, deploy.number, by="1003", by_name="sora", now=10.0)
    found = countersigns.of(story.db, deploy.number)
    assert found is not None
    assert (found.signed_by, found.signed_by_name, found.signed_at) == (HANEUL, "haneul", 9.0)
    assert audit.verify(story.db) == []


@pytest.mark.parametrize("number", [1, 99])
def test_what_owes_nothing_cannot_be_signed(story: Story, number: int) -> None:
    story.confirmed()
    with pytest.raises(Refusal, match="not_open"):
        story.do(countersigns.sign, number, by=HANEUL, by_name="haneul", now=9.0)


def test_a_target_is_closed_by_its_own_debts_only_from_the_moment_that_they_are_due(story: Story) -> None:
    deploy = broken(story)
    closed = {target: countersigns.overdue_on(story.db, target, DUE) for target in (PROD, STAGING, OTHER)}
    assert [one.deploy for one in closed[PROD]] == [deploy.number]
    assert (closed[STAGING], closed[OTHER]) == ([], [])
    assert countersigns.overdue_on(story.db, PROD, DUE - 1) == []
    story.do(countersigns.overdue, deploy.number, now=DUE, roles=())
    assert len(countersigns.overdue_on(story.db, PROD, DUE - 1)) == 1  # a clock that went back opens nothing


def test_an_ordinary_deploys_verdict_voids_nothing(story: Story) -> None:
    owed = story.settle(story.intend(story.move(broken(story), Phase.STARTING)), Verdict.FAILED)
    story.succeeded(letter="c")
    assert [one.deploy for one in countersigns.owed(story.db)] == [owed.number]
    assert owed.requester == JIEUN
