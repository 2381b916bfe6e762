"""Whoever changes the past is found out (INV12)."""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import IntegrityError

import pytest
from sqlite_utils import Database

from bot.ledger import attempts, audit, deploys, locks, meta, versions, votes
from bot.ledger.audit.chain import GENESIS, hashed
from bot.ledger.ulid import ulid
from bot.model import Choice, Phase, Verdict, Vote, VoteSource
from tests.ledger.stories import HANEUL, JIEUN, PROD, STAGING, Story, version


@pytest.fixture
def told(story: Story) -> Story:
    """A ledger with something of everything in it."""
    story.succeeded(PROD, "a")
    story.settle(story.running(PROD, "b"), Verdict.FAILED, code="health_failed")
    story.running(STAGING, "c")
    story.planned()
    story.do(audit.refused, ulid(5.0), HANEUL, "role", {"verb": "deploy"}, story.now(), target=PROD)
    assert audit.verify(story.db) == []
    return story


def behind(db: Database) -> None:
    """What somebody with the file in their hands can do."""
    db.execute("DROP TRIGGER audit_is_never_changed")
    db.execute("DROP TRIGGER audit_is_never_shortened")


def rehash(db: Database, start: int) -> None:
    """The chain computed anew from a row on, by somebody who knows how."""
    prev = db.execute("SELECT hash FROM audit WHERE seq = ?", [start - 1]).fetchone()
    known = prev[0] if prev else GENESIS
    for row in list(db.table("audit").rows_where("seq >= ?", [start], order_by="seq")):
        row["prev"] = known
        known = hashed(row)
        db.execute("UPDATE audit SET prev = ?, hash = ? WHERE seq = ?", [row["prev"], known, row["seq"]])
    meta.remember(db, "audit_head", known)
    meta.remember(db, "audit_count", str(audit.head(db)[0]))


def codes(db: Database) -> set[str]:
    return {problem.code for problem in audit.verify(db)}


def test_the_file_refuses_to_change_an_audit_row(told: Story) -> None:
    with pytest.raises(IntegrityError, match="never changed"):
        told.db.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 3")


def test_the_file_refuses_to_remove_an_audit_row(told: Story) -> None:
    with pytest.raises(IntegrityError, match="never removed"):
        told.db.execute("DELETE FROM audit WHERE seq = 3")


def test_the_file_refuses_to_replace_an_audit_row(told: Story) -> None:
    (row,) = told.db.table("audit").rows_where("seq = 3")
    with pytest.raises(IntegrityError, match="never"):
        told.db.table("audit").insert({**row, "actor": "nobody"}, replace=True)


CHANGES: dict[str, Callable[[Database], object]] = {
    "actor": lambda db: db.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 5"),
    "time": lambda db: db.execute("UPDATE audit SET at = at + 1 WHERE seq = 5"),
    "action": lambda db: db.execute("UPDATE audit SET action = 'approved' WHERE seq = 5"),
    "facts": lambda db: db.execute("UPDATE audit SET facts = '{}' WHERE seq = 5"),
    "state": lambda db: db.execute("UPDATE audit SET state = NULL WHERE seq = 5"),
    "deploy": lambda db: db.execute("UPDATE audit SET deploy = deploy + 1 WHERE seq = 5"),
    "target": lambda db: db.execute("UPDATE audit SET env = 'staging' WHERE seq = 5"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_row_is_found(told: Story, what: str) -> None:
    behind(told.db)
    CHANGES[what](told.db)
    problems = audit.verify(told.db)
    assert ("hash", 5) in {(problem.code, problem.seq) for problem in problems}


def test_a_changed_row_whose_hash_was_made_to_fit_breaks_the_next_one(told: Story) -> None:
    behind(told.db)
    told.db.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 5")
    (row,) = told.db.table("audit").rows_where("seq = 5")
    told.db.execute("UPDATE audit SET hash = ? WHERE seq = 5", [hashed(row)])
    assert ("chain", 6) in {(problem.code, problem.seq) for problem in audit.verify(told.db)}


def test_a_row_removed_from_the_middle_is_found(told: Story) -> None:
    behind(told.db)
    told.db.execute("DELETE FROM audit WHERE seq = 5")
    assert ("order", 6) in {(problem.code, problem.seq) for problem in audit.verify(told.db)}


def test_a_row_removed_from_the_end_is_found(told: Story) -> None:
    behind(told.db)
    told.db.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    assert codes(told.db) == {"count", "head"}


def test_a_row_appended_by_another_hand_is_found(told: Story) -> None:
    (row,) = told.db.table("audit").rows_where("seq = 5")
    count, newest = audit.head(told.db)
    row |= {"seq": count + 1, "prev": newest, "action": "settled"}
    told.db.table("audit").insert({**row, "hash": hashed(row)})
    assert {"count", "head"} <= codes(told.db)


def test_a_chain_that_was_rebuilt_agrees_with_itself_but_not_with_the_head_that_was_posted(told: Story) -> None:
    posted = audit.head(told.db)
    behind(told.db)
    told.db.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 5")
    rehash(told.db, 5)
    assert audit.verify(told.db) == []
    assert [problem.code for problem in audit.verify(told.db, posted)] == ["head"]


def test_a_chain_that_was_cut_and_rebuilt_is_shorter_than_the_head_that_was_posted(told: Story) -> None:
    posted = audit.head(told.db)
    behind(told.db)
    told.db.execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)")
    rehash(told.db, 5)
    assert [problem.code for problem in audit.verify(told.db, posted)] == ["count"]


def test_a_chain_that_grew_since_still_agrees_with_the_head_that_was_posted(told: Story) -> None:
    posted = audit.head(told.db)
    told.planned()
    assert audit.verify(told.db, posted) == []


BEHIND: dict[str, str] = {
    "phase": "UPDATE deploys SET phase = 'verifying' WHERE phase = 'running'",
    "verdict": "UPDATE deploys SET verdict = 'succeeded' WHERE verdict = 'failed'",
    "digest": "UPDATE deploys SET digest = 'f' WHERE number = 2",
    "revision": "UPDATE deploys SET revision = revision + 1 WHERE number = 2",
    "plan": "UPDATE deploys SET plan = replace(plan, 'aaaa', 'cccc') WHERE number = 1",
    "code": "UPDATE deploys SET code = NULL WHERE number = 2",
    "requester": "UPDATE deploys SET requester = '9' WHERE number = 2",
}


@pytest.mark.parametrize("what", BEHIND)
def test_a_deploy_changed_behind_the_chain_is_found(told: Story, what: str) -> None:
    assert told.db.execute(BEHIND[what]).rowcount == 1
    (problem,) = audit.verify(told.db)
    assert problem.code == "state"
    assert what in problem.detail or "row" in problem.detail
    assert f"deploy #{problem.deploy}" in str(problem)


def test_a_deploy_removed_behind_the_chain_is_found(told: Story) -> None:
    told.db.execute("DELETE FROM deploys WHERE number = 4")
    assert codes(told.db) == {"vanished"}


def test_a_deploy_that_nobody_recorded_is_found(told: Story) -> None:
    (row,) = told.db.table("deploys").rows_where("number = 1")
    told.db.table("deploys").insert({**row, "number": 99, "ulid": ulid(1.0)})
    assert codes(told.db) == {"unrecorded"}


def test_an_attempt_that_was_never_intended_or_was_removed_is_found(told: Story) -> None:
    told.db.execute("UPDATE attempts SET id = 'other-1-1' WHERE deploy = 1")
    assert [problem.code for problem in audit.verify(told.db)] == ["intent", "intent"]


def test_an_epoch_changed_by_hand_is_found(told: Story) -> None:
    meta.remember(told.db, "epoch", "abcdefgh")
    assert codes(told.db) == {"epoch"}


def test_drawing_and_steps_need_no_audit_row(told: Story) -> None:
    (running,) = deploys.unfinished(told.db)
    (row,) = attempts.of(told.db, running.number)
    told.do(attempts.steps, row.attempt.id, (), told.now())
    told.db.execute("UPDATE deploys SET screen = screen + 1")
    assert audit.verify(told.db) == []


def test_everything_that_is_decided_leaves_a_row_with_its_actor(story: Story) -> None:
    deploy = story.confirmed()
    vote = Vote("900", HANEUL, "haneul", Choice.APPROVE, VoteSource.BUTTON, 5.0)
    story.do(votes.cast, vote, deploy.number, 5.0)
    story.do(votes.withdraw, "900", HANEUL, Choice.APPROVE, VoteSource.BUTTON, 6.0)
    held = story.do(locks.lock, service=None, env=None, owner=JIEUN, owner_name="j", reason="r", until=None, now=7.0)
    story.do(locks.unlock, held.id, by=HANEUL, by_name="h", now=8.0)
    frozen = story.do(locks.freeze, env="prod", owner=JIEUN, reason="r", until=None, now=9.0)
    story.do(locks.unfreeze, frozen.id, by=HANEUL, now=10.0)
    story.do(versions.observe, STAGING, version("a"), 11.0)
    rows = [(row.actor, row.action) for row in reversed(audit.events(story.db))]
    assert rows == [
        ("slipway", "founded"),
        (JIEUN, "planned"),
        (JIEUN, "confirmed"),
        (HANEUL, "voted"),
        (HANEUL, "vote_withdrawn"),
        (JIEUN, "locked"),
        (JIEUN, "judged_again"),
        (HANEUL, "unlocked"),
        (JIEUN, "frozen"),
        (JIEUN, "judged_again"),
        (HANEUL, "unfrozen"),
        ("slipway", "observed"),
    ]
    assert audit.verify(story.db) == []


def test_a_transition_is_recorded_with_its_full_facts(told: Story) -> None:
    last = audit.of(told.db, 2)[-1]
    assert (last.action, last.actor, last.facts["code"]) == ("settled", "slipway", "health_failed")
    assert last.state is not None
    found = deploys.get(told.db, 2)
    assert found is not None
    state = {"phase": "settled", "revision": found.revision, "verdict": "failed", "digest": found.digest}
    assert last.state.items() >= state.items()
    assert (last.service, last.env) == ("ai-server", "prod")


def test_a_refusal_is_found_again_behind_its_reference(story: Story) -> None:
    ref = ulid(5.0)
    story.do(audit.refused, ref, HANEUL, "role", {"verb": "deploy", "roles": ["7"]}, 5.0, target=PROD)
    refused = audit.refusal(story.db, ref)
    assert refused is not None
    assert (refused.actor, refused.code, refused.facts["roles"], refused.at) == (HANEUL, "role", ["7"], 5.0)
    assert audit.refusal(story.db, ulid(5.0)) is None


def test_a_targets_events_include_what_holds_for_all_targets_and_nothing_of_others(story: Story) -> None:
    story.do(locks.freeze, env=None, owner=JIEUN, reason="all", until=None, now=5.0)
    story.do(locks.freeze, env="staging", owner=JIEUN, reason="staging", until=None, now=6.0)
    story.do(versions.observe, PROD, version("a"), 7.0)
    story.do(versions.observe, STAGING, version("a"), 8.0)
    assert [row.action for row in audit.events(story.db, target=PROD)] == ["observed", "frozen"]
    assert [row.at for row in audit.events(story.db, target=STAGING, since=6.0, until=7.0)] == [6.0]
    assert [row.at for row in audit.events(story.db, actions=["frozen"], limit=1)] == [6.0]


def test_a_deploys_story_is_told_in_order(told: Story) -> None:
    actions = [row.action for row in audit.of(told.db, 1)]
    assert actions == ["planned", "confirmed", "starting", "intended", "adopted", "attempt_ended", "settled"]
    assert next(row.state["phase"] for row in audit.of(told.db, 1) if row.state) == Phase.PLANNED
