"""Nobody can tell: hold the target, page once, keep looking ever more slowly, and never spin."""

from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.model import Direction, Outcome, Phase, Verdict
from tests.engine.life import HOUR, Life
from tests.engine.world import HANEUL, JIEUN, Late, trouble


async def test_a_platform_that_will_never_answer_again_is_unknown_at_once_and_pages(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["check"].extend([trouble("host_key_changed", retry=False)] * 100)
    held = await life.until(deploy, Phase.UNKNOWN, limit=3)
    assert (held.phase, held.code) == (Phase.UNKNOWN, "host_key_changed")
    assert await life.pings(deploy) == ["unknown"]


async def test_the_same_while_it_is_verified(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.VERIFYING)
    life.clock.pass_(5)
    life.platform.next["check"].extend([trouble("host_key_changed", retry=False)] * 100)
    assert (await life.until(deploy, Phase.UNKNOWN, limit=3)).phase is Phase.UNKNOWN


async def test_silence_is_unknown_within_a_minute(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.dead, began = True, life.clock.ticks
    assert (await life.until(deploy, Phase.UNKNOWN)).phase is Phase.UNKNOWN
    assert 55 < life.clock.ticks - began < 70


async def test_silence_after_the_intent_is_unknown_within_a_minute_whatever_the_wall_clock_does(life: Life) -> None:
    life.platform.next["start"].append(trouble())
    deploy = await life.order()
    while not await life.attempts(deploy):
        await life.step(deploy)
    life.platform.dead, began = True, life.clock.ticks
    life.clock.jump(-HOUR)
    assert (await life.until(deploy, Phase.UNKNOWN)).phase is Phase.UNKNOWN
    assert life.clock.ticks - began < 70


async def test_an_unknown_is_looked_at_ever_more_slowly_and_paged_once_and_escalated_once(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.dead = True
    await life.until(deploy, Phase.UNKNOWN)
    assert await life.while_(deploy, 6 * HOUR) < 120
    assert await life.pings(deploy) == ["unknown", "escalated"]


async def test_an_attempt_that_never_began_does_not_spin_while_the_target_cannot_be_read(life: Life) -> None:
    life.platform.next["start"].append(trouble("refused", retry=False))
    life.platform.next["find"].append(trouble("refused", retry=False))
    deploy = await life.until(await life.order(), Phase.UNKNOWN)
    life.platform.next["running"].extend([trouble("socket_unreadable", retry=False)] * 10_000)
    assert await life.while_(deploy, 6 * HOUR) < 250
    assert await life.pings(deploy) == ["unknown", "escalated"]


async def test_an_attempt_that_runs_past_its_deadline_for_ever_does_not_spin_and_escalates(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "deaf"
    deploy = await life.until(await life.order(), Phase.UNKNOWN)
    assert deploy.code == "timed_out"
    assert await life.while_(deploy, 6 * HOUR) < 250
    assert (await life.now(deploy)).phase is Phase.UNKNOWN
    assert await life.pings(deploy) == ["unknown", "escalated"]


async def test_a_person_may_settle_what_runs_past_its_deadline_for_ever(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "deaf"
    deploy = await life.until(await life.order(), Phase.UNKNOWN)
    life.clock.pass_(400)
    settled = await life.engine.settle(deploy.ulid, HANEUL, "the host was thrown away")
    assert (settled.verdict, settled.outcome) == (Verdict.FAILED, Outcome.UNKNOWN)


async def test_a_failure_whose_target_cannot_be_read_does_not_spin_and_a_person_may_settle_it(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "fails"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["running"].extend([trouble("socket_unreadable", retry=False)] * 10_000)
    await life.until(deploy, Phase.UNKNOWN)
    assert await life.while_(deploy, 6 * HOUR) < 250
    await life.until(deploy, Phase.UNKNOWN)
    settled = await life.engine.settle(deploy.ulid, HANEUL, "looked at it myself")
    assert settled.verdict is Verdict.FAILED


async def test_a_platform_that_answers_overrules_whoever_settles(life: Life) -> None:
    life.platform.looks = 0
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.dead = True
    await life.until(deploy, Phase.UNKNOWN)
    life.clock.pass_(400)
    life.platform.dead = False
    with pytest.raises(Refusal, match="reachable"):
        await life.engine.settle(deploy.ulid, HANEUL, "it is fine, trust me")
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_settled_by_a_person_is_never_green_and_needs_a_reason_and_five_minutes(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.dead = True
    await life.until(deploy, Phase.UNKNOWN)
    for reason, code in ((" ", "reason_needed"), ("gone", "too_early")):
        with pytest.raises(Refusal, match=code):
            await life.engine.settle(deploy.ulid, JIEUN, reason)
    life.clock.pass_(301)
    settled = await life.engine.settle(deploy.ulid, JIEUN, "gone")
    assert (settled.verdict, settled.code, settled.ended_by) == (Verdict.FAILED, "settled_by_person", JIEUN.id)
    assert await life.pings(deploy) == ["unknown", "failed"]


async def test_a_lost_answer_is_looked_up_and_not_sent_again(life: Life) -> None:
    life.platform.next["start"].append(Late(trouble("lost")))
    deploy = await life.settled(await life.order())
    assert deploy.verdict is Verdict.SUCCEEDED
    assert len(life.platform.begun()) == 1
    assert life.platform.calls.count("start") == 1


async def test_a_restart_while_it_is_unknown_gives_the_attempt_no_new_deadline(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "hangs"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.dead = True
    await life.until(deploy, Phase.UNKNOWN)
    life.clock.pass_(200)
    life.restart()
    life.platform.dead, began = False, life.clock.ticks
    assert (await life.settled(deploy)).code == "timed_out"
    assert life.clock.ticks - began < 20


async def test_a_bug_in_an_adapter_is_unknown_within_a_minute_or_so_not_for_ever(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["check"].extend([ValueError("garbled")] * 10_000)
    began = life.clock.ticks
    held = await life.until(deploy, Phase.UNKNOWN)
    assert held.phase is Phase.UNKNOWN
    assert life.clock.ticks - began < 130
    assert await life.while_(deploy, HOUR) < 60
