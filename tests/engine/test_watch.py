"""What the watch between deploys writes down: each change once, also across a restart of the bot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.ledger import audit
from bot.model import Watch as Pace
from bot.ports import Site
from bot.watch import Watch
from tests.engine.life import STAGING, Life


@pytest.fixture
def site(life: Life) -> Site:
    return Site(replace(life.specs[STAGING], watch=Pace(60.0, 2)), life.platform)


def watch(life: Life, site: Site) -> Watch:
    return Watch(life.ledger, {STAGING: site}, life.clock.now)


async def written(life: Life) -> list[str]:
    rows = await life.ledger.read(audit.events, target=STAGING, actions=("unhealthy", "well_again", "drift"))
    return [row.action for row in reversed(rows)]


async def test_health_is_lost_after_so_many_failures_and_said_once(life: Life, site: Site) -> None:
    found = watch(life, site)
    await life.deployed("b")
    life.platform.sick.add("b" * 40)
    await found.look(site)
    assert await written(life) == []
    for _ in range(3):
        await found.look(site)
    assert await written(life) == ["unhealthy"]
    life.platform.sick.clear()
    for _ in range(3):
        await found.look(site)
    assert await written(life) == ["unhealthy", "well_again"]


async def test_a_bot_that_was_restarted_meanwhile_says_that_it_is_well_again(life: Life, site: Site) -> None:
    await life.deployed("b")
    life.platform.sick.add("b" * 40)
    for found in [watch(life, site)] * 2:
        await found.look(site)
    again = watch(life, site)
    await again.look(site)
    assert await written(life) == ["unhealthy"]
    life.platform.sick.clear()
    await again.look(site)
    assert await written(life) == ["unhealthy", "well_again"]
