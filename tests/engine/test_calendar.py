"""A freeze of the calendar stops what has no intent yet, like one that somebody typed; a rollback passes it."""

from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.model import Deploy, Kind, Phase, Verdict, Window
from tests.engine.life import HOUR, PROD, STAGING, Life
from tests.engine.world import DEV, HANEUL, JIEUN, MINSU, NEW


def closes(life: Life, begins: float = 0.0, lasts: float = HOUR) -> Window:
    """A window that begins in so many seconds."""
    now = life.clock.now()
    return Window("UTC", "holidays", dated=(now + begins, now + begins + lasts))


async def frozen(life: Life, deploy: Deploy) -> None:
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, "frozen")
    assert life.platform.log == []
    assert await life.pings(deploy) == ["cancelled"]


async def test_a_deploy_inside_a_window_is_refused_and_told_when_it_ends(life: Life) -> None:
    life.restart(windows=(closes(life),))
    with pytest.raises(Refusal, match="frozen") as caught:
        await life.plan()
    assert caught.value.facts == {"target": "app · staging", "until": life.clock.now() + HOUR, "reason": "holidays"}
    life.clock.pass_(HOUR)
    assert (await life.deployed("b")).verdict is Verdict.SUCCEEDED


async def test_a_rollback_passes_a_window_and_its_plan_shows_it(life: Life) -> None:
    await life.deployed("b")
    life.restart(windows=(closes(life),))
    planned = await life.plan(kind=Kind.ROLLBACK)
    assert planned.plan.freeze is not None
    assert planned.plan.freeze.reason == "holidays"
    assert (await life.settled(await life.order(kind=Kind.ROLLBACK))).verdict is Verdict.SUCCEEDED


async def test_a_window_that_begins_between_plan_and_confirm_refuses_the_confirm(life: Life) -> None:
    life.restart(windows=(closes(life, 60),))
    planned = await life.plan()
    life.clock.pass_(60)
    with pytest.raises(Refusal, match="frozen"):
        await life.engine.confirm(planned.ulid, JIEUN)


async def test_a_deploy_that_waits_when_a_window_begins_is_cancelled_within_half_a_minute(life: Life) -> None:
    life.restart(windows=(closes(life, 600),))
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    begins = life.clock.now() + 600
    await life.settled(deploy)
    assert begins <= life.clock.now() <= begins + 30
    await frozen(life, deploy)


@pytest.mark.parametrize("phase", [Phase.HOLD, Phase.STARTING])
async def test_a_window_that_begins_during_the_hold_or_the_start_wins(life: Life, phase: Phase) -> None:
    deploy = await life.approved()
    await life.until(deploy, phase)
    life.restart(windows=(closes(life),))
    await frozen(life, deploy)


async def test_a_window_that_begins_while_discord_answers_wins_at_the_intent(life: Life) -> None:
    life.guild.slow = 2.0
    life.restart(windows=(closes(life, 1.0),))
    deploy = await life.order(STAGING)
    await frozen(life, deploy)


async def test_a_window_that_begins_after_the_intent_is_for_the_next(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.restart(windows=(closes(life),))
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert life.platform.runs == NEW


async def test_the_freeze_that_ends_last_is_the_one_that_is_told(life: Life) -> None:
    life.policy(admin=(DEV,))
    life.restart(windows=(closes(life, lasts=2 * HOUR),))
    await life.locks.freeze(None, MINSU, "1h", "typed")
    with pytest.raises(Refusal, match="frozen") as caught:
        await life.plan()
    assert caught.value.facts["reason"] == "holidays"


async def test_nobody_takes_away_what_the_configuration_says(life: Life) -> None:
    life.policy(admin=(DEV,))
    life.restart(windows=(closes(life),))
    with pytest.raises(Refusal, match="freeze_configured"):
        await life.locks.unfreeze("staging", MINSU)
    with pytest.raises(Refusal, match="role"):
        await life.locks.unfreeze("staging", HANEUL)
