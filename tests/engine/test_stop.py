"""Stop, and the deadline of the whole attempt."""

from __future__ import annotations

from bot.model import Direction, Outcome, Phase, Verdict
from tests.engine.life import Life
from tests.engine.world import JIEUN, MINSU, NEW, OLD, trouble


async def test_stop_is_never_sent_to_the_attempt_that_puts_the_old_version_back(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "half"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    await life.step(deploy)
    assert await life.engine.stop_effect(deploy.ulid, JIEUN) == "put_back"
    await life.engine.stop(deploy.ulid, JIEUN)
    settled = await life.settled(deploy)
    assert settled.verdict is Verdict.ROLLED_BACK
    assert [(effect.event, effect.attempt[-1]) for effect in life.platform.log] == [
        ("begin", "1"),
        ("stop", "1"),
        ("begin", "2"),
    ]
    assert life.platform.runs == OLD


async def test_who_pressed_stop_is_still_known_when_the_old_version_is_back(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "half"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    await life.engine.stop(deploy.ulid, MINSU)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code, settled.ended_by) == (Verdict.ROLLED_BACK, "stopped", MINSU.id)


async def test_a_stop_that_the_platform_refuses_does_not_end_the_looking(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["stop"].extend([trouble("refused", retry=False)] * 50)
    await life.engine.stop(deploy.ulid, JIEUN)
    settled = await life.settled(deploy)
    assert settled.verdict is Verdict.SUCCEEDED
    assert life.platform.runs == NEW


async def test_stopped_before_the_switch_it_is_cancelled_and_the_old_version_serves(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "hangs"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    await life.engine.stop(deploy.ulid, MINSU)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code, settled.ended_by) == (Verdict.CANCELLED, "stopped", MINSU.id)
    assert await life.pings(deploy) == ["cancelled"]


async def test_stopped_while_it_is_verified_it_is_put_back(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.VERIFYING)
    assert await life.engine.stop_effect(deploy.ulid, JIEUN) == "put_back"
    await life.engine.stop(deploy.ulid, JIEUN)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.ROLLED_BACK, "stopped")
    assert life.platform.runs == OLD


async def test_an_attempt_that_hangs_is_stopped_at_its_deadline(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "hangs"
    deploy = await life.order()
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.outcome, settled.code) == (Verdict.FAILED, Outcome.UNTOUCHED, "timed_out")
    assert [effect.event for effect in life.platform.log] == ["begin", "stop"]


async def test_a_wall_clock_that_jumps_moves_no_deadline(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "hangs"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.clock.jump(7200)
    await life.step(deploy)
    assert [effect.event for effect in life.platform.log] == ["begin"]
    life.clock.jump(-14400)
    began = life.clock.ticks
    assert (await life.settled(deploy)).code == "timed_out"
    assert life.clock.ticks - began < 130
