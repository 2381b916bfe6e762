"""The one way into the world: what does not hold at that instant does not begin (INV3, INV9, INV15)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.errors import Refusal
from bot.ledger import Ledger, attempts, deploys
from bot.model import Choice, Deploy, Direction, Gates, Kind, Outcome, Phase, Verdict
from tests.engine.life import HOUR, PROD, STAGING, Life
from tests.engine.world import DEV, HANEUL, JIEUN, MINSU, NEW, OTHER_ONCALL, STRANGER, Late, trouble, version


async def cancelled(life: Life, deploy: Deploy, code: str) -> Deploy:
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, code)
    assert life.platform.log == []
    assert await life.pings(deploy) == ["cancelled"]
    return settled


# Authority


async def test_a_requester_who_lost_the_role_starts_nothing(life: Life) -> None:
    deploy = await life.order()
    life.guild.take_role(JIEUN)
    await cancelled(life, deploy, "requester_role")


async def test_an_approver_who_lost_the_role_is_named_and_the_deploy_waits_again_until_the_same_expiry(
    life: Life,
) -> None:
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    life.guild.take_role(HANEUL)
    again = await life.until(deploy, Phase.STARTING)
    again = await life.until(deploy, Phase.AWAITING)
    assert again.expires_at == deploy.expires_at
    assert again.facts["tally"]["ignored"] == [[HANEUL.id, "approve", "reaction", "no_role"]]
    assert life.platform.log == []


async def test_a_vote_taken_back_while_nobody_listened_is_seen_at_the_start(life: Life) -> None:
    deploy = await life.approved()
    await life.until(deploy, Phase.STARTING)
    await life.unreact(deploy, HANEUL, told=False)
    assert (await life.until(deploy, Phase.AWAITING)).phase is Phase.AWAITING
    assert life.platform.log == []


async def test_discord_that_does_not_answer_starts_nothing_until_it_expires(life: Life) -> None:
    life.guild.silent = True
    deploy = await life.order()
    settled = await life.until(deploy, limit=700)
    assert (settled.verdict, settled.code) == (Verdict.EXPIRED, "expired")
    assert life.platform.log == []
    assert await life.pings(deploy) == ["expired"]


async def test_the_card_says_that_discord_cannot_be_read_and_the_host_is_left_in_peace(life: Life) -> None:
    life.guild.silent = True
    deploy = await life.order()
    await life.while_(deploy, 60)
    assert (await life.now(deploy)).code == "authority_unreadable"
    before = life.platform.calls.count("preflight")
    await life.while_(deploy, 300)
    assert life.platform.calls.count("preflight") == before
    life.guild.silent = False
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_an_answer_that_is_older_than_five_seconds_counts_for_nothing(life: Life) -> None:
    life.guild.slow = 3.0  # the requester's answer is six seconds old when the approver's is there
    deploy = await life.approved()
    await life.until(deploy, Phase.STARTING)
    await life.while_(deploy, 120)
    assert life.platform.log == []
    life.guild.slow = 0.5
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_an_answer_grows_old_whatever_the_wall_clock_says(life: Life) -> None:
    life.guild.slow = 3.0
    deploy = await life.approved()
    await life.until(deploy, Phase.STARTING)
    for _ in range(10):
        await life.step(deploy)
        life.clock.jump(-6)
    assert life.platform.log == []


async def test_an_answer_that_grows_old_while_the_ledger_is_slow_begins_nothing(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.STARTING)
    slow = [True, True]

    def at(point: str) -> None:
        if point == "ledger.attempts.intend.before" and slow:
            slow.pop()
            life.clock.pass_(6)

    life.ledger._at = at
    await life.step(deploy)
    assert life.platform.log == []
    assert await life.ledger.read(attempts.of, deploy.number) == []
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


# What stands in the way


@pytest.mark.parametrize("phase", [Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING])
@pytest.mark.parametrize("what", ["lock", "freeze"])
async def test_a_lock_or_freeze_made_before_the_intent_cancels_it(life: Life, phase: Phase, what: str) -> None:
    life.policy(admin=(DEV,))
    deploy = await life.order(PROD)
    if phase is not Phase.CONFIRMED:
        await life.until(deploy, Phase.AWAITING)
    if phase in (Phase.HOLD, Phase.STARTING):
        await life.react(deploy, HANEUL)
        await life.until(deploy, phase)
    if what == "lock":
        await life.locks.lock("app", "prod", MINSU, "database work", None)
    else:
        await life.locks.freeze("prod", MINSU, None, "holidays")
    await cancelled(life, deploy, "locked" if what == "lock" else "frozen")


async def test_a_lock_that_meets_the_intent_wins(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.STARTING)
    life.platform.next["preflight"].append(lambda: life.locks.lock("app", "staging", MINSU, "database work", None))
    await cancelled(life, deploy, "locked")


@pytest.mark.parametrize("phase", [Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING])
async def test_cancel_wins_in_every_phase_before_the_intent(life: Life, phase: Phase) -> None:
    deploy = await life.order(PROD)
    if phase is not Phase.CONFIRMED:
        await life.until(deploy, Phase.AWAITING)
    if phase in (Phase.HOLD, Phase.STARTING):
        await life.react(deploy, HANEUL)
        await life.until(deploy, phase)
    await life.engine.cancel(deploy.ulid, MINSU)
    settled = await cancelled(life, deploy, "cancelled")
    assert settled.ended_by == MINSU.id


async def test_cancel_wins_a_tie_before_the_intent(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.STARTING)
    life.platform.next["preflight"].append(lambda: life.engine.cancel(deploy.ulid, MINSU))
    await cancelled(life, deploy, "cancelled")


@pytest.mark.parametrize("what", ["cancel", "no", "lock"])
async def test_what_comes_between_discords_answer_and_the_intent_wins(life: Life, what: str) -> None:
    deploy = await life.until(await life.approved(), Phase.STARTING)
    comes = {
        "cancel": lambda: life.engine.cancel(deploy.ulid, MINSU),
        "no": lambda: life.press(deploy, OTHER_ONCALL, Choice.REJECT),
        "lock": lambda: life.locks.lock("app", "prod", MINSU, "database work", None),
    }
    life.guild.next.append(comes[what])
    settled = await life.settled(deploy)
    assert settled.verdict is (Verdict.REJECTED if what == "no" else Verdict.CANCELLED)
    assert life.platform.log == []


async def test_cancel_after_the_intent_says_that_it_runs(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    with pytest.raises(Refusal, match="running"):
        await life.engine.cancel(deploy.ulid, JIEUN)


@pytest.mark.parametrize(
    ("what", "moved"),
    [
        ({"hold": 9.0}, "policy"),
        ({"timeout": 99.0}, "section"),
        ({"gates": Gates(soak=60)}, "gates"),
        ({"adapter": "other"}, "adapter"),
    ],
)
async def test_a_changed_file_is_another_plan(life: Life, what: dict[str, object], moved: str) -> None:
    deploy = await life.order()
    if "hold" in what:
        life.policy(**what)
    else:
        life.restart(**what)
    settled = await cancelled(life, deploy, "plan_changed")
    assert moved in settled.facts["what"]


async def test_another_effect_is_another_plan(life: Life) -> None:
    deploy = await life.order()
    life.platform.effects = {"layout": "in_place"}
    assert (await cancelled(life, deploy, "plan_changed")).facts["what"] == ["effect"]


async def test_another_running_version_is_another_plan(life: Life) -> None:
    deploy = await life.order()
    life.platform.runs = version("d")
    assert (await cancelled(life, deploy, "plan_changed")).facts["what"] == ["from_id"]


async def test_a_target_that_is_no_longer_configured_cancels_what_has_not_begun(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    life.specs.pop(PROD)
    life.restart()
    await cancelled(life, deploy, "plan_changed")


async def test_a_target_that_is_no_longer_configured_is_unknown_after_the_intent_and_never_forgotten(
    life: Life,
) -> None:
    deploy = await life.until(await life.order(STAGING), Phase.RUNNING)
    life.specs.pop(STAGING)
    life.restart()
    held = await life.until(deploy, Phase.UNKNOWN)
    assert held.code == "unknown_target"
    assert await life.while_(deploy, HOUR) < 60


async def test_a_preflight_that_now_refuses_cancels_it_and_says_so(life: Life) -> None:
    deploy = await life.order()
    life.platform.next["preflight"].append(trouble("disk_full", retry=False))
    assert (await cancelled(life, deploy, "plan_changed")).facts["what"] == ["disk_full"]


async def test_a_target_that_cannot_be_read_for_a_while_starts_when_it_can(life: Life) -> None:
    deploy = await life.order()
    life.platform.dead = True
    assert await life.while_(deploy, 300) < 30
    life.platform.dead = False
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_target_that_can_never_be_read_expires(life: Life) -> None:
    deploy = await life.order()
    life.platform.dead = True
    settled = await life.settled(deploy)
    assert (settled.verdict, life.platform.log) == (Verdict.EXPIRED, [])


# Expiry and the clock


async def test_a_wall_clock_that_jumps_back_extends_no_expiry(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    await life.step(deploy)
    life.clock.pass_(1000)
    life.clock.jump(-HOUR)
    await life.while_(deploy, 700)
    assert (await life.now(deploy)).phase is Phase.AWAITING
    await life.while_(deploy, 200)
    assert (await life.now(deploy)).verdict is Verdict.EXPIRED


async def test_a_wall_clock_that_jumps_back_while_the_bot_is_dead_gives_no_expiry_more_than_its_length(
    life: Life,
) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    life.clock.jump(-HOUR)
    life.restart()
    await life.while_(deploy, 1700)
    assert (await life.now(deploy)).phase is Phase.AWAITING
    await life.while_(deploy, 200)
    assert (await life.now(deploy)).verdict is Verdict.EXPIRED


async def test_a_wall_clock_that_jumps_shortens_no_hold_and_lengthens_none(life: Life) -> None:
    deploy = await life.until(await life.approved(), Phase.HOLD)
    await life.step(deploy)
    life.clock.jump(HOUR / 4)
    await life.step(deploy)
    assert (await life.now(deploy)).phase is Phase.HOLD
    life.clock.jump(-HOUR)
    await life.while_(deploy, 6)
    assert (await life.now(deploy)).phase is not Phase.HOLD


async def test_a_wall_clock_that_jumps_back_while_the_bot_is_dead_lengthens_no_hold(life: Life) -> None:
    deploy = await life.until(await life.approved(), Phase.HOLD)
    life.clock.jump(-HOUR)
    life.restart()
    await life.while_(deploy, 6)
    assert (await life.now(deploy)).phase is not Phase.HOLD


async def test_a_plan_that_ran_out_is_not_confirmed_after_a_jump_back(life: Life) -> None:
    planned = await life.plan()
    life.clock.pass_(601)
    life.clock.jump(-HOUR)
    with pytest.raises(Refusal, match="plan_expired"):
        await life.engine.confirm(planned.ulid, JIEUN)


# Crashes around the intent


async def test_a_crash_right_after_the_intent_begins_once(life: Life) -> None:
    life.platform.next["start"].append(trouble())
    deploy = await life.order()
    while not await life.attempts(deploy):
        await life.step(deploy)
    life.restart()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert len(life.platform.begun()) == 1


async def test_an_effect_does_not_begin_hours_after_its_intent(life: Life) -> None:
    life.platform.next["start"].append(trouble())
    deploy = await life.order()
    while not await life.attempts(deploy):
        await life.step(deploy)
    life.clock.pass_(5 * HOUR)
    life.restart()
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.outcome, settled.code) == (Verdict.FAILED, Outcome.UNTOUCHED, "never_started")
    assert [effect.event for effect in life.platform.log] == ["abandon"]


async def test_putting_the_old_version_back_is_never_too_late(life: Life) -> None:
    life.policy(auto_rollback=True)
    life.platform.mode[Direction.FORWARD] = "vanishes"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["start"].append(trouble())
    while len(await life.attempts(deploy)) < 2:
        life.clock.pass_(await life.step(deploy) or 0)
    life.clock.pass_(5 * HOUR)
    life.restart()
    assert (await life.settled(deploy)).verdict is Verdict.ROLLED_BACK


# Votes


async def test_an_eligible_no_is_final_in_every_waiting_phase(life: Life) -> None:
    deploy = await life.approved()
    await life.until(deploy, Phase.STARTING)
    await life.react(deploy, OTHER_ONCALL, Choice.REJECT)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.ended_by) == (Verdict.REJECTED, OTHER_ONCALL.id)
    assert life.platform.log == []
    assert await life.pings(deploy) == ["rejected"]


async def test_a_no_that_meets_the_intent_wins(life: Life) -> None:
    deploy = await life.until(await life.approved(), Phase.STARTING)
    life.platform.next["preflight"].append(lambda: life.react(deploy, OTHER_ONCALL, Choice.REJECT))
    assert (await life.settled(deploy)).verdict is Verdict.REJECTED
    assert life.platform.log == []


async def test_the_requesters_own_no_is_a_cancel(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    await life.react(deploy, JIEUN, Choice.REJECT)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.ended_by) == (Verdict.CANCELLED, JIEUN.id)
    assert await life.pings(deploy) == []


async def test_strangers_and_the_requester_fill_no_seat(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    await life.react(deploy, JIEUN)
    await life.react(deploy, STRANGER)
    await life.react(deploy, STRANGER, Choice.REJECT)
    settled = await life.settled(deploy)
    assert settled.verdict is Verdict.EXPIRED
    assert life.platform.log == []
    assert await life.pings(deploy) == ["nudge", "expired"]


async def test_a_vote_taken_back_during_the_hold_sends_it_back_to_waiting(life: Life) -> None:
    deploy = await life.until(await life.approved(), Phase.HOLD)
    await life.unreact(deploy, HANEUL)
    assert (await life.until(deploy, Phase.AWAITING)).phase is Phase.AWAITING
    assert life.platform.log == []


async def test_who_takes_a_reaction_back_keeps_the_button_and_the_role(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    await life.press(deploy, HANEUL)
    await life.react(deploy, HANEUL)
    await life.unreact(deploy, HANEUL)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_deleted_approval_card_cancels(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    await life.engine.card_deleted(f"message-{deploy.number}")
    await cancelled(life, deploy, "card_deleted")


async def test_an_approval_card_deleted_while_nobody_listened_cancels_at_the_start(life: Life) -> None:
    deploy = await life.until(await life.approved(), Phase.STARTING)
    life.guild.gone = True
    await cancelled(life, deploy, "card_deleted")


# Try again


async def failed_untouched(life: Life) -> Deploy:
    life.platform.mode[Direction.FORWARD] = "fails"
    first = await life.settled(await life.approved())
    assert first.outcome is Outcome.UNTOUCHED
    life.platform.mode.clear()
    return first


async def again(life: Life, first: Deploy) -> Deploy:
    planned = await life.engine.retry(first.ulid, JIEUN)
    deploy = await life.engine.confirm(planned.ulid, JIEUN)
    await life.post(deploy.number)
    return deploy


async def test_try_again_keeps_an_approval_that_still_stands(life: Life) -> None:
    second = await again(life, await failed_untouched(life))
    assert (await life.settled(second)).verdict is Verdict.SUCCEEDED
    assert life.platform.runs == NEW


async def test_a_kept_approval_ends_when_it_would_have_ended(life: Life) -> None:
    first = await failed_untouched(life)
    planned = await life.engine.retry(first.ulid, JIEUN)
    assert "approval_of" in planned.facts
    life.clock.pass_(((first.expires_at or 0) - life.clock.now()) + 1)
    fresh = await life.engine.replan(planned.ulid, JIEUN) if life.clock.now() > planned.plan.expires_at else planned
    second = await life.engine.confirm(fresh.ulid, JIEUN)
    await life.post(second.number)
    await life.while_(second, 60)
    assert (await life.now(second)).phase is Phase.AWAITING
    assert len(life.platform.begun()) == 1


async def test_a_kept_approval_does_not_outlive_its_expiry_between_plan_and_confirm(life: Life) -> None:
    first = await failed_untouched(life)
    life.clock.pass_((first.expires_at or 0) - life.clock.now() - 60)
    planned = await life.engine.retry(first.ulid, JIEUN)
    assert "approval_of" in planned.facts
    life.clock.pass_(120)
    second = await life.engine.confirm(planned.ulid, JIEUN)
    await life.post(second.number)
    await life.while_(second, 60)
    assert (await life.now(second)).phase is Phase.AWAITING
    assert len(life.platform.begun()) == 1


# Busy


async def test_a_rollback_displaces_what_has_not_begun_and_tells_its_requester(life: Life) -> None:
    await life.settled(await life.approved())
    waiting = await life.until(await life.order(PROD, wanted="c"), Phase.AWAITING)
    back = await life.order(PROD, Kind.ROLLBACK, MINSU)
    assert (await life.settled(waiting)).verdict is Verdict.SUPERSEDED
    assert await life.pings(waiting) == ["superseded"]
    assert (await life.settled(back)).verdict is Verdict.SUCCEEDED


async def test_two_people_on_one_target_get_one_effect(life: Life) -> None:
    first, second = await life.plan(who=JIEUN), await life.plan(who=MINSU)
    await life.engine.confirm(first.ulid, JIEUN)
    with pytest.raises(Refusal, match="target_busy"):
        await life.engine.confirm(second.ulid, MINSU)


class Between:
    """The ledger, with something between the asking and the doing."""

    def __init__(self, ledger: Ledger, do: Any) -> None:
        self.do = do
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


async def started_after(life: Life, seconds: float) -> tuple[Deploy, int]:
    """A deploy that starts so long after its Confirm, and how often the target was looked at for the start."""
    life.deadlines = replace(life.deadlines, judgement_counts=2.0)
    life.restart()
    deploy = await life.order()
    life.clock.pass_(seconds)
    before = life.platform.calls.count("running")
    deploy = await life.until(deploy, Phase.RUNNING)
    return deploy, life.platform.calls.count("running") - before


async def test_a_start_right_after_its_confirm_does_not_look_at_the_target_twice(life: Life) -> None:
    deploy, looks = await started_after(life, 0.5)
    assert (deploy.phase, looks) == (Phase.RUNNING, 0)


async def test_a_start_that_waited_looks_again(life: Life) -> None:
    deploy, looks = await started_after(life, 2.5)
    assert (deploy.phase, looks) == (Phase.RUNNING, 1)


async def test_a_lock_made_right_after_the_confirm_still_stops_the_start(life: Life) -> None:
    life.deadlines = replace(life.deadlines, judgement_counts=2.0)
    life.restart()
    deploy = await life.order()
    await life.locks.lock(deploy.target.service, deploy.target.env, MINSU, "look first", None)
    await cancelled(life, deploy, "locked")


async def test_confirm_on_a_plan_that_was_closed_says_so_and_offers_a_new_one(life: Life) -> None:
    planned = await life.plan()
    await life.engine.close_plan(planned.ulid, JIEUN)
    with pytest.raises(Refusal) as refused:
        await life.engine.confirm(planned.ulid, JIEUN)
    assert (refused.value.code, refused.value.facts["ref"]) == ("plan_closed", planned.ulid)
    assert (await life.engine.replan(planned.ulid, JIEUN)).phase is Phase.PLANNED


async def test_a_start_looks_again_when_another_deploy_ended_there_after_the_confirm_had_looked(life: Life) -> None:
    life.deadlines = replace(life.deadlines, judgement_counts=2.0)
    life.restart()
    other, planned = await life.plan(), await life.plan()
    looked = life.platform.calls.count("running")
    claim = life.core.ledger.do

    async def meanwhile(verb: Any, *args: Any, **given: Any) -> Any:
        """The other one ends between the look of this Confirm and its claim."""
        if verb is deploys.confirm:
            await life.engine.close_plan(other.ulid, JIEUN)
        return await claim(verb, *args, **given)

    life.core.ledger = cast(Ledger, Between(life.ledger, meanwhile))
    deploy = await life.engine.confirm(planned.ulid, JIEUN)
    await life.until(deploy, Phase.RUNNING)
    assert life.platform.calls.count("running") - looked == 2


async def test_a_start_that_the_platform_refuses_for_good_is_over_with_its_reason_and_nobody_is_paged(
    life: Life,
) -> None:
    life.platform.next["start"].append(trouble("ref_moved", retry=False, ref="main"))
    deploy = await life.settled(await life.order())
    assert (deploy.verdict, deploy.outcome, deploy.code) == (Verdict.FAILED, Outcome.UNTOUCHED, "ref_moved")
    assert [effect.event for effect in life.platform.log] == ["abandon"]
    assert await life.pings(deploy) == ["failed"]


async def test_a_start_that_was_refused_after_it_had_begun_all_the_same_is_followed(life: Life) -> None:
    life.platform.next["start"].append(Late(trouble("ref_moved", retry=False)))
    deploy = await life.settled(await life.order())
    assert deploy.verdict is Verdict.SUCCEEDED
    assert [effect.event for effect in life.platform.log] == ["begin"]


async def test_an_attempt_knows_whether_somebody_approved_it(life: Life) -> None:
    approved = await life.settled(await life.approved())
    plain = await life.deployed("c")
    assert [row.attempt.approved for row in await life.attempts(approved)] == [True]
    assert [row.attempt.approved for row in await life.attempts(plain)] == [False]
