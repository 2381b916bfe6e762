"""llmops on the page: its card, and the switches that break GitHub. No bot: the runs are dispatched by hand."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from playground.github import Run
from playground.page.acts import Acts
from playground.page.feed import Feed
from playground.page.targets import Targets
from playground.stage import Stage
from playground.stage.trouble import Trouble

SECONDS = 20


@pytest.fixture
def acts(stage: Stage) -> Acts:
    return Acts(stage, Trouble(stage))


def dispatched(stage: Stage) -> Run:
    """As the bot would, for the newest commit."""
    repo = stage.llmops.repo
    given = {"version": repo.branch("main"), "attempt": "at-1"}
    return repo.dispatch(repo.workflows[0], "main", given, stage.llmops.github.state.user("slipway[bot]"))


async def until(stage: Stage, run: Run, status: str) -> None:
    async with asyncio.timeout(SECONDS):
        while run.status != status:
            await stage.discord.state.changes.next(1.0)


async def test_the_service_runs_what_its_workflow_rolled_out(stage: Stage) -> None:
    stage.llmops.runner.pace = 0.01
    feed = Feed(stage, Trouble(stage), Targets(stage))
    sha = stage.llmops.push()
    assert next(one for one in feed.news() if one["t"] == "llmops")["llmops"]["run"] is None
    run = dispatched(stage)
    await until(stage, run, "completed")
    shown = next(one for one in feed.news() if one["t"] == "llmops")["llmops"]
    assert (shown["version"], shown["run"]["status"]) == (sha, "success")
    assert [(one["name"], one["status"]) for one in shown["run"]["jobs"]] == [
        ("build", "success"),
        ("deploy", "success"),
    ]


async def test_the_switches_of_github_are_armed_and_taken_back(stage: Stage, acts: Acts) -> None:
    llmops = stage.llmops
    for on in (True, False):
        await acts.do("break", {"what": "github.502"})
        assert llmops.badly is on
    refused = await acts.do("break", {"what": "github.cancel"})
    assert refused["detail"] == "No run is under way on GitHub."
    run = dispatched(stage)
    await acts.do("break", {"what": "github.cancel"})
    assert (run.conclusion, run.cancelled_by and run.cancelled_by.login) == ("cancelled", "minsu")
    pushed = await acts.do("break", {"what": "github.push"})
    assert pushed["sha"] == llmops.repo.branch("main")


async def test_the_environment_waits_until_it_is_approved_on_github(stage: Stage, acts: Acts) -> None:
    stage.llmops.runner.pace = 0.01
    await acts.do("break", {"what": "github.wait"})
    run = dispatched(stage)
    await until(stage, run, "waiting")
    await acts.do("break", {"what": "github.wait"})
    await until(stage, run, "completed")
    assert (run.conclusion, stage.llmops.waits) == ("success", False)
    assert [one.by.login for _, one in stage.llmops.repo.reviews] == ["haneul"]


@pytest.mark.needs("chromium")
async def test_the_card_shows_the_run_job_by_job_and_the_buttons_break_it(page: Page, stage: Stage) -> None:
    stage.llmops.runner.pace = 0.01
    card = page.locator(".target.run")
    await expect(card.locator(".state")).to_have_text("no run yet")
    await card.locator(".button").click()
    await page.locator('[data-break="github.wait"]').click()
    await expect(page.locator('[data-break="github.wait.off"]')).to_have_attribute("aria-pressed", "true")
    dispatched(stage)
    await expect(card.locator(".state")).to_have_text("waiting for the environment", timeout=SECONDS * 1000)
    await page.locator('[data-break="github.cancel"]').click()
    await expect(card.locator(".state")).to_have_text("cancelled")
    await expect(card.locator(".jobs small")).to_have_text(["success", "cancelled"])
    await expect(page.locator('[data-break="github.cancel"]')).to_be_disabled()
