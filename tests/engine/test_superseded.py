"""Somebody outside took the target over: hands off, whenever it is seen (INV8)."""

from __future__ import annotations

import pytest

from bot.model import Deploy, Direction, Phase, Verdict
from tests.engine.life import Life
from tests.engine.world import ELSE


@pytest.fixture(autouse=True)
def puts_back(life: Life) -> None:
    life.policy(auto_rollback=True)


def somebody_else_deploys(life: Life) -> None:
    life.platform.runs, life.platform.instance = ELSE, 77


async def hands_off(life: Life, deploy: Deploy) -> None:
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.SUPERSEDED, "superseded_outside")
    assert len(life.platform.begun()) == 1
    assert life.platform.runs == ELSE
    assert await life.pings(deploy) == ["superseded"]


async def test_taken_over_while_it_is_verified_it_is_not_put_back_over_the_newer_one(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.VERIFYING)
    somebody_else_deploys(life)
    await hands_off(life, deploy)


async def test_taken_over_between_a_failed_health_check_and_the_verdict_it_is_not_put_back(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "breaks"
    deploy = await life.until(await life.order(), Phase.VERIFYING)
    life.platform.next["probe"].extend([lambda: None, lambda: None, lambda: somebody_else_deploys(life)])
    await hands_off(life, deploy)


async def test_a_failed_attempt_that_finds_a_third_version_running_leaves_it_alone(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "vanishes"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["running"].append(lambda: somebody_else_deploys(life))
    await hands_off(life, deploy)


async def test_a_platform_that_says_superseded_while_it_runs_is_believed(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "superseded"
    await hands_off(life, await life.order())
