"""Every transition compares (phase, revision); exactly one wins (INV9), and each attempt begins once (INV2)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlite_utils import Database

from bot.errors import Lost, Refusal
from bot.ledger import attempts, audit, deploys, locks, shown, versions
from bot.ledger.deploys.planning import KEPT
from bot.ledger.rows import NewLock, NewPing
from bot.model import (
    Deploy,
    Direction,
    Evidence,
    Failure,
    Health,
    Kind,
    Order,
    Outcome,
    Phase,
    Plan,
    Ref,
    Step,
    StepState,
    Verdict,
)
from tests.ledger.stories import HANEUL, JIEUN, PROD, STAGING, Story, a_plan, version


def test_whoever_comes_second_is_lost_and_changes_nothing(story: Story) -> None:
    seen = story.confirmed()
    moved = story.move(seen, Phase.AWAITING)
    with pytest.raises(Lost) as lost:
        story.settle(seen, Verdict.CANCELLED)
    assert lost.value.facts == {"deploy": seen.number, "phase": "awaiting", "revision": moved.revision}
    assert deploys.get(story.db, seen.number) == moved


def test_the_same_phase_with_another_revision_is_lost_too(story: Story) -> None:
    seen = story.move(story.confirmed(), Phase.AWAITING)
    story.do(deploys.note, seen.number, now=5.0, actor=JIEUN, action="stop_asked", columns={"stop_asked": True})
    with pytest.raises(Lost):
        story.move(seen, Phase.HOLD)


def test_the_same_revision_in_another_phase_than_was_seen_is_lost_too(story: Story) -> None:
    confirmed = story.confirmed()
    with pytest.raises(Lost):
        story.move(replace(confirmed, phase=Phase.HOLD), Phase.STARTING)


def test_a_cancel_before_the_intent_wins_over_the_start(story: Story) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    story.settle(starting, Verdict.CANCELLED, code="cancelled")
    with pytest.raises(Lost):
        story.intend(starting)
    assert attempts.of(story.db, starting.number) == []


def test_the_intent_wins_over_a_cancel_that_comes_later(story: Story) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    story.intend(starting)
    with pytest.raises(Lost):
        story.settle(starting, Verdict.CANCELLED)


def test_a_lost_settle_leaves_the_open_attempt_open(story: Story) -> None:
    running = story.running()
    story.move(running, Phase.VERIFYING)
    with pytest.raises(Lost):
        story.settle(running, Verdict.FAILED)
    assert attempts.of(story.db, running.number)[0].outcome is None


def test_a_note_with_an_old_revision_is_lost(story: Story) -> None:
    deploy = story.confirmed()
    story.move(deploy, Phase.AWAITING)
    with pytest.raises(Lost):
        story.do(deploys.note, deploy.number, now=5.0, actor=JIEUN, action="nudged", revision=deploy.revision)


@pytest.mark.parametrize("to", [Phase.PLANNED, Phase.SETTLED])
def test_a_move_never_ends_or_unmakes_a_deploy(story: Story, to: Phase) -> None:
    with pytest.raises(ValueError, match="confirm and settle do that"):
        story.move(story.confirmed(), to)


def test_a_verdict_is_given_once(story: Story) -> None:
    settled = story.succeeded()
    with pytest.raises(ValueError, match="given once"):
        story.settle(settled, Verdict.FAILED)


def test_an_attempt_is_not_intended_while_the_one_before_is_open(story: Story) -> None:
    running = story.running()
    with pytest.raises(Lost) as lost:
        story.intend(running, Direction.RESTORE)
    assert lost.value.code == "attempt_open"
    story.intend(running, Direction.RESTORE, ends="failed")
    assert [row.outcome for row in attempts.of(story.db, running.number)] == ["failed", None]


def test_an_attempt_of_another_epoch_is_never_intended(story: Story) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    stranger = replace(story.attempt(starting), id="abcdefgh-1-1")
    with pytest.raises(ValueError, match="not the next attempt"):
        story.do(
            attempts.intend,
            starting.number,
            phase=starting.phase,
            revision=starting.revision,
            attempt=stranger,
            now=5.0,
        )


def test_an_attempt_that_ended_is_not_adopted(story: Story) -> None:
    intended = story.intended()
    name = attempts.of(story.db, intended.number)[0].attempt.id
    story.do(attempts.end, name, "never_started", 9.0)
    seen = {"number": intended.number, "phase": intended.phase, "revision": intended.revision}
    with pytest.raises(Lost):
        story.do(attempts.adopt, name, Ref({}), **seen, now=10.0)


def test_an_attempt_ends_once(story: Story) -> None:
    running = story.running()
    name = attempts.of(story.db, running.number)[0].attempt.id
    assert story.do(attempts.end, name, "done", 9.0)
    assert not story.do(attempts.end, name, "failed", 10.0)
    assert attempts.of(story.db, running.number)[0].outcome == "done"


def test_the_first_intent_is_when_the_deploy_started_whatever_comes_after(story: Story) -> None:
    running = story.running()
    again = story.intend(running, Direction.RESTORE, ends="failed")
    assert again.started_at == running.started_at
    assert (again.phase, attempts.of(story.db, again.number)[1].attempt.n) == (Phase.STARTING, 2)


def test_a_number_whose_plan_could_not_be_made_is_not_lost_and_none_is_used_twice(story: Story) -> None:
    def broken(number: int, ulid: str) -> Plan:
        raise Refusal("no_proof")

    first = story.planned()
    with pytest.raises(Refusal):
        story.do(deploys.plan, Order(Kind.DEPLOY, PROD, JIEUN, "jieun"), broken, 5.0)
    assert story.planned().number == first.number + 1


def test_a_swept_plans_number_is_not_used_again(story: Story) -> None:
    plan = story.planned()
    assert story.do(deploys.sweep, plan.created_at + KEPT + 1) == 1
    assert deploys.get(story.db, plan.number) is None
    assert story.planned().number == plan.number + 1
    assert audit.verify(story.db) == []


def test_the_sweep_keeps_what_is_young_and_what_was_confirmed(story: Story) -> None:
    confirmed, young = story.confirmed(), story.planned(STAGING)
    assert story.do(deploys.sweep, young.created_at + KEPT - 10) == 0
    story.do(deploys.sweep, young.created_at + KEPT + 10)
    assert deploys.get(story.db, confirmed.number) == confirmed


def test_a_verdict_comes_with_everything_that_follows_from_it(story: Story) -> None:
    running = story.running(letter="c")
    health = Health(ok=False, tries=3, status=502, ms=84.5, at=9.0)
    evidence = Evidence("a" * 40, "socket", "4711", 9.5, {"pid": 4711})
    settled = story.settle(
        running,
        Verdict.ROLLED_BACK,
        outcome=Outcome.AUTO,
        code="health_failed",
        facts={"healthy": True},
        failure=Failure("health_failed", "health", {}, ("ModuleNotFoundError: pypdf",)),
        health=health,
        evidence=evidence,
        downtime=24.0,
        ended_by=HANEUL,
        ended_by_name="haneul",
        verified=version("a"),
        withdrawn=version("c"),
        lock=NewLock(JIEUN, "jieun", "rollback", None, version("c"), after_rollback=True),
        pings=[NewPing("auto_rolled_back", {"back": "a" * 7})],
        ends="failed",
    )
    assert (settled.phase, settled.verdict, settled.outcome) == (Phase.SETTLED, Verdict.ROLLED_BACK, Outcome.AUTO)
    assert (settled.health, settled.evidence, settled.downtime) == (health, evidence, 24.0)
    assert settled.failure is not None
    assert settled.failure.log == ("ModuleNotFoundError: pypdf",)
    assert deploys.open_on(story.db, PROD) is None
    assert versions.withdrawn(story.db, PROD, "c" * 40)
    assert [known.version.label for known in versions.verified(story.db, PROD)] == ["aaaaaaa"]
    (lock,) = locks.locks_on(story.db, PROD, 2_000.0)
    assert (lock.version, lock.after_rollback) == (version("c"), True)
    assert [row.payload for row in shown.on(story.db, settled.number)] == [{}, {"back": "aaaaaaa"}]
    assert attempts.of(story.db, settled.number)[0].outcome == "failed"
    assert audit.verify(story.db) == []


def test_what_was_noted_before_the_verdict_stays_where_the_verdict_says_nothing_of_it(story: Story) -> None:
    health = Health(ok=True, tries=2, status=200, ms=84.0)
    noted = story.move(story.running(), Phase.VERIFYING, columns={"health": health, "downtime": 3.0})
    settled = story.settle(noted, Verdict.SUCCEEDED)
    assert (settled.health, settled.downtime) == (health, 3.0)


def test_a_health_check_that_passes_later_is_noted_and_the_verdict_stays(story: Story) -> None:
    failed = story.settle(story.running(letter="d"), Verdict.FAILED, outcome=Outcome.BROKEN)
    noted = story.do(
        deploys.note,
        failed.number,
        now=50.0,
        actor=HANEUL,
        action="verified_later",
        columns={"verified_later": {"by": "haneul", "at": 50.0}},
        verified=version("d"),
    )
    assert (noted.verdict, noted.verified_later) == (Verdict.FAILED, {"by": "haneul", "at": 50.0})
    assert [known.version for known in versions.verified(story.db, PROD)] == [version("d")]


def test_new_steps_are_drawn_and_disturb_no_transition(story: Story) -> None:
    running = story.running()
    name = attempts.of(story.db, running.number)[0].attempt.id
    before, rows = _screen(story, running), audit.head(story.db)
    steps = (Step("fetch", StepState.DONE, 5.0, 2.0), Step("install", StepState.RUNNING, 7.0))
    assert story.do(attempts.steps, name, steps, 8.0)
    assert not story.do(attempts.steps, name, steps, 9.0)
    assert attempts.of(story.db, running.number)[0].steps == steps
    assert _screen(story, running) == before + 1
    assert audit.head(story.db) == rows
    assert story.move(running, Phase.VERIFYING).phase is Phase.VERIFYING


def test_every_change_that_a_card_shows_counts_the_screen_up(story: Story) -> None:
    deploy = story.confirmed()
    seen = [_screen(story, deploy)]
    deploy = story.move(deploy, Phase.STARTING)
    seen.append(_screen(story, deploy))
    deploy = story.intend(deploy)
    seen.append(_screen(story, deploy))
    story.do(deploys.note, deploy.number, now=5.0, actor=JIEUN, action="stop_asked", columns={"stop_asked": True})
    seen.append(_screen(story, deploy))
    story.do(attempts.end, attempts.of(story.db, deploy.number)[0].attempt.id, "never_started", 6.0)
    seen.append(_screen(story, deploy))
    assert seen == sorted(set(seen))


def test_the_state_of_a_deploy_tells_its_attempts_and_whether_a_newer_one_exists(story: Story) -> None:
    old = story.succeeded()
    planned = story.planned()
    state = deploys.state(story.db, old.number)
    assert state is not None
    assert (len(state.attempts), state.newer) == (1, None)
    story.confirm(planned)
    newer = deploys.state(story.db, old.number)
    assert newer is not None
    assert newer.newer == planned.number
    assert deploys.state(story.db, 404) is None


def test_history_is_of_confirmed_deploys_newest_first(story: Story) -> None:
    first = story.succeeded(PROD, "b")
    second = story.succeeded(STAGING, "c")
    third = story.succeeded(PROD, "d")
    story.planned()
    numbers = [deploy.number for deploy in deploys.recent(story.db)]
    assert numbers == [third.number, second.number, first.number]
    assert [deploy.number for deploy in deploys.recent(story.db, env="prod", limit=1)] == [third.number]
    assert deploys.recent(story.db, who=HANEUL) == []
    since = third.confirmed_at
    assert [deploy.number for deploy in deploys.recent(story.db, since=since)] == [third.number]
    newest = deploys.latest(story.db, PROD)
    assert newest is not None
    assert newest.number == third.number


def test_open_deploys_are_found_by_target_ulid_and_requester(story: Story) -> None:
    deploy = story.confirmed()
    assert deploys.open_on(story.db, PROD) == deploy
    assert deploys.by_ulid(story.db, deploy.ulid) == deploy
    assert deploys.confirmed_by(story.db, {JIEUN}, since=1e12) == [deploy]
    assert deploys.confirmed_by(story.db, {HANEUL}, since=0) == []


def test_the_usual_time_is_the_median_of_the_last_ten_successes_of_that_kind(story: Story) -> None:
    assert deploys.usual(story.db, PROD, Kind.DEPLOY) == (None, 0, {})
    for seconds in (1000, 1000, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100):
        _lasting(story, seconds)
    _failed(story)
    usual = deploys.usual(story.db, PROD, Kind.DEPLOY)
    assert (usual.seconds, usual.samples) == (55.0, 10)
    assert usual.steps == {"fetch": 27.5}
    assert deploys.usual_downtime(story.db, PROD, Kind.DEPLOY) == 5.5
    assert deploys.usual(story.db, PROD, Kind.RESTART).samples == 0


def _lasting(story: Story, seconds: int) -> None:
    running = story.running()
    name = attempts.of(story.db, running.number)[0].attempt.id
    story.do(attempts.steps, name, (Step("fetch", StepState.DONE, 1.0, seconds / 2),), 5.0)
    assert running.started_at is not None
    end = {"now": running.started_at + seconds, "downtime": seconds / 10}
    story.settle(running, Verdict.SUCCEEDED, **end)


def _failed(story: Story) -> None:
    running = story.running()
    story.settle(running, Verdict.FAILED, downtime=9_999.0)


def _screen(story: Story, deploy: Deploy) -> int:
    state = deploys.state(story.db, deploy.number)
    assert state is not None
    return state.screen


def test_a_plan_reads_back_as_it_was_built(story: Story) -> None:
    built: list[Plan] = []

    def build(number: int, ulid: str) -> Plan:
        built.append(a_plan(number, "epoch", PROD, "e"))
        return built[0]

    def planned(db: Database) -> Deploy:
        return deploys.plan(db, Order(Kind.DEPLOY, PROD, JIEUN, "jieun"), build, 5.0)

    assert story.do(planned).plan == built[0]
