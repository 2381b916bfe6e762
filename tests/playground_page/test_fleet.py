"""llmops in prod on the page: its card, and the switches that break ECS. No bot: rollouts are begun by hand."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from playground.page.acts import Acts
from playground.page.feed import Feed
from playground.page.targets import Targets
from playground.stage import Stage
from playground.stage.fleet import Fleet
from playground.stage.trouble import Trouble

SECONDS = 20


@pytest.fixture
def acts(stage: Stage) -> Acts:
    return Acts(stage, Trouble(stage))


@pytest.fixture
def fleet(stage: Stage) -> Fleet:
    stage.fleet.service.pace = 0.01
    return stage.fleet


def rolled(stage: Stage) -> str:
    """As the bot would, for the newest commit; its digest."""
    fleet = stage.fleet
    digest = fleet.repository.digest_of(stage.push())
    assert digest is not None
    fleet.service.superseded_by(fleet.repository.image(digest))
    return digest


async def until(stage: Stage, true: Callable[[], Any]) -> None:
    async with asyncio.timeout(SECONDS):
        while not true():
            await stage.discord.state.changes.next(1.0)


async def test_the_service_runs_what_was_rolled_out(stage: Stage, fleet: Fleet) -> None:
    feed, before = Feed(stage, Trouble(stage), Targets(stage)), fleet.digest
    digest = rolled(stage)
    await until(stage, lambda: fleet.digest == digest and not fleet.busy)
    shown = next(one for one in feed.news() if one["t"] == "fleet")["fleet"]
    assert digest != before
    assert (shown["version"], shown["healthy"], shown["steady"]) == (digest, 2, True)
    assert [(one["status"], one["rollout"], one["running"]) for one in shown["deployments"]] == [
        ("PRIMARY", "COMPLETED", 2)
    ]
    assert shown["events"][0]["text"] == "has reached a steady state."


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("image_missing", "CannotPullContainerError"),
        ("tasks_crash", "Essential container in task exited"),
        ("unhealthy", "Task failed ELB health checks"),
    ],
)
async def test_a_switch_breaks_one_rollout_and_the_old_version_runs_on(
    stage: Stage, acts: Acts, fleet: Fleet, what: str, reason: str
) -> None:
    before = fleet.digest
    for armed in (what, None, what):
        assert await acts.do("break", {"what": f"aws.{what}"}) == {}
        assert fleet.armed == armed
    rolled(stage)
    await until(stage, lambda: fleet.service.current.status == "ROLLBACK_SUCCESSFUL")
    assert (fleet.digest, fleet.armed) == (before, None)
    assert any(reason in (task.stopped_reason or "") for task in fleet.service.stopped_tasks)
    digest = rolled(stage)
    await until(stage, lambda: fleet.digest == digest)


async def test_somebody_else_takes_the_service_over(stage: Stage, acts: Acts, fleet: Fleet) -> None:
    fleet.service.pace = 60.0
    rolled(stage)
    await acts.do("break", {"what": "aws.somebody"})
    first, ours, _ = fleet.view["deployments"]
    assert (first["status"], ours["status"], ours["rollout"]) == ("PRIMARY", "ACTIVE", "IN_PROGRESS")
    assert first["tag"].startswith("hotfix")


@pytest.mark.needs("chromium")
async def test_the_card_shows_deployments_and_events(page: Page, stage: Stage, fleet: Fleet) -> None:
    fleet.service.pace = 60.0
    card = page.locator(".target.fleet")
    await expect(card.locator(".state")).to_have_text("steady")
    await page.locator('[data-break="aws.tasks_crash"]').click()
    await expect(page.locator('[data-break="aws.tasks_crash.off"]')).to_have_attribute("aria-pressed", "true")
    rolled(stage)
    await expect(card.locator(".state")).to_have_text("rolling out")
    await expect(card.locator(".deployments b")).to_have_text(["PRIMARY", "ACTIVE"])
    for _ in range(3):
        fleet.service.fail()
    await expect(card.locator(".state")).to_have_text("rollout failed")
    await expect(card.locator(".logs li").first).to_contain_text("rolling back to deployment")
