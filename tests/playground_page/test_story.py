"""The strip of chips, clicked in a browser, over the real bot and real targets."""

import re
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from playground.stage import Stage, past

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300)]
SLOW = 60_000


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """The real bot over hosts of the kind that this machine allows."""
    async with Stage([sys.executable, "-m", "bot"], language="en") as stage:
        await stage.set_up()
        stage.open()
        yield stage


async def send(page: Page, chip: str) -> None:
    """Presses a chip, waits until it has typed its command, sends it."""
    await page.locator(f'[data-chip="{chip}"]').click()
    typed = page.locator('.pill input[data-option="env"]')
    await expect(typed).to_have_value("prod")
    await expect(typed).to_be_focused()
    await page.keyboard.press("Enter")


async def confirm(page: Page, number: int) -> None:
    await page.locator("[data-action=confirm], [data-action=unlock_deploy]").last.click(timeout=SLOW)
    await expect(page.locator("#guide .hint")).to_contain_text(f"#{number} waits for approval", timeout=SLOW)


async def approve(page: Page) -> None:
    await page.locator('[data-chip="approve"]').click()
    await page.locator(".reaction.here").click(timeout=SLOW)


async def test_deploy_approve_break_and_roll_back_change_the_real_target(page: Page, stage: Stage) -> None:
    await past.live_through(stage)
    await expect(page.locator(".embed h3").last).to_have_text("Current state", timeout=SLOW)
    prod = page.locator('.target[data-env="prod"]')
    chips = page.locator(".chip.done")
    await send(page, "deploy")
    await confirm(page, 3)
    await approve(page)
    await expect(chips).to_have_count(2, timeout=SLOW)
    await expect(page.locator(".message .content").last).to_contain_text("Deployed", timeout=SLOW)
    good = stage.host("prod").repository.head()
    await expect(prod.locator(".version code")).to_have_text(good[:7], timeout=SLOW)
    await expect(prod.frame_locator("iframe").locator("#version")).to_have_text(good[:7], timeout=SLOW)
    await send(page, "break")
    await confirm(page, 4)
    await expect(page.locator(".reaction.here")).to_have_count(0)  # the first card points to nothing any more
    await approve(page)
    await expect(prod).to_have_class(re.compile("ill"), timeout=SLOW)
    await expect(chips).to_have_count(3, timeout=SLOW)
    await send(page, "rollback")
    await page.locator("[data-action=confirm]").last.click(timeout=SLOW)
    await expect(chips).to_have_count(4, timeout=SLOW)
    await expect(prod.locator(".version code")).to_have_text(good[:7], timeout=SLOW)
    assert await stage.host("prod").version() == good


async def test_commands_are_typed_with_the_keyboard_alone(page: Page) -> None:
    await page.locator("#composer textarea").focus()
    await page.keyboard.type("/depl")
    await expect(page.locator(".offer")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator(".offer b").first).to_have_text("ai-server")
    await page.keyboard.press("Enter")
    await expect(page.locator(".offer b").first).to_be_visible()
    await page.keyboard.type("stag")
    await expect(page.locator(".offer")).to_have_count(1)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.private .embed h3")).to_be_visible(timeout=SLOW)
    await expect(page.locator(".message.private .used .command")).to_have_text("used /deploy")


async def test_a_bot_killed_on_the_page_is_said_to_be_dead_and_comes_back(page: Page, stage: Stage) -> None:
    await page.locator('[data-break="kill"]').click()
    await expect(page.locator(".banner.dead")).to_be_visible()
    assert stage.bot.pid == 0
    await page.locator(".banner.dead button").click()
    await expect(page.locator(".bot-state")).to_have_class("bot-state up", timeout=SLOW)
    assert stage.bot.starts == 2
