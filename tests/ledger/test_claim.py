"""One unfinished deploy a target (INV1, INV9; SAFETY, rule 7)."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from bot.errors import Refusal
from bot.ledger import audit, deploys, shown
from bot.ledger.connection import connect, transact
from bot.model import Deploy, Kind, Phase, Verdict
from tests.ledger.stories import HANEUL, PROD, STAGING, Story


def test_two_people_confirm_at_the_same_instant_and_one_of_them_is_told_who_was_first(story: Story, path: Path) -> None:
    plans = [story.planned(who="1001"), story.planned(who=HANEUL)]
    together = Barrier(2, timeout=30)

    def press(deploy: Deploy) -> Deploy | Refusal:
        db = connect(path)
        try:
            together.wait()
            return transact(db, deploys.confirm, deploy.number, now=5.0, expires_at=None, displace=False)
        except Refusal as refused:
            return refused
        finally:
            db.close()

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(press, plans))
    (won,) = [answer for answer in answers if isinstance(answer, Deploy)]
    (lost,) = [answer for answer in answers if isinstance(answer, Refusal)]
    assert lost.code == "target_busy"
    assert lost.facts["deploy"] == won.number
    assert lost.facts["who"] == "jieun"
    assert lost.facts["holder_phase"] == "confirmed"
    assert [deploy.number for deploy in deploys.unfinished(story.db)] == [won.number]


def test_the_file_itself_refuses_a_second_holder_of_the_claim(story: Story) -> None:
    story.confirmed()
    second = story.planned()
    with pytest.raises(sqlite3.IntegrityError):
        story.db.execute("UPDATE deploys SET phase = 'running', confirmed_at = 1 WHERE number = ?", [second.number])


def test_a_refused_confirm_leaves_the_plan_as_it_was(story: Story) -> None:
    story.confirmed()
    second = story.planned()
    rows = audit.head(story.db)
    with pytest.raises(Refusal):
        story.confirm(second)
    assert deploys.get(story.db, second.number) == second
    assert audit.head(story.db) == rows


def test_a_rollback_does_not_displace_a_deploy_whose_intent_is_written(story: Story) -> None:
    holder = story.intended()
    with pytest.raises(Refusal) as refused:
        story.confirm(story.planned(kind=Kind.ROLLBACK), displace=True)
    assert refused.value.code == "target_busy"
    assert deploys.get(story.db, holder.number) == holder


def test_a_rollback_does_not_displace_a_deploy_that_prepares_its_restore(story: Story) -> None:
    holder = story.move(story.running(), Phase.STARTING, ends="failed")
    with pytest.raises(Refusal):
        story.confirm(story.planned(kind=Kind.ROLLBACK), displace=True)
    assert deploys.get(story.db, holder.number) == holder


def test_a_rollback_does_not_displace_what_nobody_understands(story: Story) -> None:
    holder = story.move(story.confirmed(), Phase.UNKNOWN)
    with pytest.raises(Refusal):
        story.confirm(story.planned(kind=Kind.ROLLBACK), displace=True)
    assert deploys.get(story.db, holder.number) == holder


@pytest.mark.parametrize("phase", [Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING])
def test_a_rollback_displaces_whatever_has_no_intent_yet_and_its_requester_is_told(story: Story, phase: Phase) -> None:
    holder = story.confirmed()
    if phase is not Phase.CONFIRMED:
        holder = story.move(holder, phase)
    rollback = story.confirm(story.planned(kind=Kind.ROLLBACK, who=HANEUL), displace=True)
    ended = deploys.get(story.db, holder.number)
    assert ended is not None
    assert (ended.phase, ended.verdict, ended.code) == (Phase.SETTLED, Verdict.SUPERSEDED, "superseded")
    assert ended.facts["by"] == rollback.number
    assert ended.ended_by == HANEUL
    assert [row.kind for row in shown.on(story.db, holder.number)] == ["card", "superseded"]
    assert deploys.open_on(story.db, PROD) == rollback
    assert audit.verify(story.db) == []


def test_a_deploy_displaces_nothing(story: Story) -> None:
    story.confirmed()
    with pytest.raises(Refusal):
        story.confirmed()


def test_a_second_press_on_confirm_is_told_that_it_was_confirmed(story: Story) -> None:
    deploy = story.confirmed()
    with pytest.raises(Refusal) as refused:
        story.confirm(deploy)
    assert refused.value.code == "already_confirmed"
    story.settle(deploy, Verdict.CANCELLED)
    with pytest.raises(Refusal) as refused:
        story.confirm(deploy)
    assert refused.value.code == "already_confirmed"


def test_a_plan_that_was_put_away_is_not_confirmed(story: Story) -> None:
    plan = story.planned()
    story.settle(plan, Verdict.CANCELLED)
    with pytest.raises(Refusal) as refused:
        story.confirm(plan)
    assert refused.value.code == "plan_closed"


def test_what_the_judge_refuses_takes_no_claim(story: Story) -> None:
    plan = story.planned()

    def judge(db: object, deploy: Deploy) -> None:
        raise Refusal("locked", deploy=deploy.number)

    with pytest.raises(Refusal) as refused:
        story.do(deploys.confirm, plan.number, now=5.0, expires_at=None, displace=True, judge=judge)
    assert refused.value.code == "locked"
    assert deploys.open_on(story.db, PROD) is None


def test_a_verdict_frees_the_target_at_once(story: Story) -> None:
    story.settle(story.confirmed(), Verdict.CANCELLED)
    assert story.confirmed().phase is Phase.CONFIRMED


def test_targets_do_not_wait_for_each_other(story: Story) -> None:
    story.confirmed(PROD)
    assert story.confirmed(STAGING).phase is Phase.CONFIRMED


def test_confirming_makes_the_card_that_the_painter_owes(story: Story) -> None:
    deploy = story.confirmed()
    (card,) = shown.wanted(story.db)
    assert (card.deploy, card.kind, card.message) == (deploy.number, "card", None)


def test_an_unknown_number_is_refused(story: Story) -> None:
    with pytest.raises(Refusal) as refused:
        story.do(deploys.confirm, 404, now=1.0, expires_at=None, displace=False)
    assert refused.value.code == "unknown_deploy"
