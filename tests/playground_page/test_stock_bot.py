"""Any bot will do: the page over a stock discord.py process with one of everything."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from playground.stage import Stage
from tests.playground_discord.conftest import BotProcess

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(120)]


@pytest_asyncio.fixture(loop_scope="session")
async def bot(stage: Stage) -> AsyncIterator[BotProcess]:
    process = BotProcess(stage.discord)
    await process.start()
    try:
        await process.hears("ready", deadline=30)
        yield process
    finally:
        await process.kill()


async def command(page: Page, name: str, *values: str) -> None:
    """Types a command: each value goes into the pill that has the focus; Tab takes it and goes on."""
    await page.locator("#composer textarea").click()
    await page.keyboard.type(f"/{name} ")
    for value in values:
        await expect(page.locator(".pill input:focus")).to_have_count(1)
        await page.keyboard.type(value)
        await page.keyboard.press("Tab")
    await page.locator(".send").click()


async def test_a_form_is_opened_filled_and_answered(page: Page, bot: BotProcess) -> None:
    await command(page, "card", "hello")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(".modal h2")).to_have_text("Why?")
    await page.locator(".modal input").fill("it is time")
    await page.locator(".modal [type=submit]").click()
    await expect(page.locator(".message.private .content").last).to_have_text("because it is time")


async def test_a_form_with_too_short_a_text_is_not_sent(page: Page, bot: BotProcess) -> None:
    await command(page, "card", "hello")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await page.locator(".modal input").fill("it")
    await page.locator(".modal [type=submit]").click()
    await expect(page.locator(".modal")).to_be_visible()
    await page.locator(".modal .button.secondary").click()
    await expect(page.locator(".modal")).to_have_count(0)


async def test_a_select_is_picked_and_a_disabled_button_cannot_be_pressed(page: Page, bot: BotProcess) -> None:
    await command(page, "card", "hello")
    await page.locator(".message select").select_option(label="One")
    await expect(page.locator(".message.private .content").last).to_have_text("picked 1")
    await expect(page.get_by_role("button", name="Off", exact=True)).to_be_disabled()


async def test_a_private_answer_can_be_dismissed_and_stays_away(page: Page, bot: BotProcess, stage: Stage) -> None:
    await command(page, "card", "hello")
    private = page.locator(".message.private")
    await expect(private).to_contain_text("Only you can see this")
    await private.get_by_role("button", name="Dismiss message").click()
    await expect(private).to_have_count(0)
    await stage.person("minsu").say("deploys", "something else")
    await expect(page.locator(".message").last).to_contain_text("something else")
    await expect(private).to_have_count(0)


async def test_suggestions_come_from_the_bot_and_know_the_other_options(page: Page, bot: BotProcess) -> None:
    await page.locator("#composer textarea").click()
    await page.keyboard.type("/deploy ai")
    await page.keyboard.press("Tab")
    await expect(page.locator(".offer b")).to_have_text("Production")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="+ version").click()
    await expect(page.locator(".offer b").first).to_have_text("ai-main")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".embed h3")).to_have_text("ai · prod")
    await expect(page.locator(".embed-text")).to_have_text("ai-dev")


async def test_what_was_typed_in_an_earlier_pill_does_not_drop_the_suggestions_of_this_one(
    page: Page, bot: BotProcess
) -> None:
    await page.clock.install()
    await page.locator("#composer textarea").click()
    await page.clock.pause_at(4_000_000_000)
    await page.keyboard.type("/deploy ai")
    await page.keyboard.press("Tab")
    await expect(page.locator(".offer b")).to_have_text("Production")
    await page.keyboard.press("Enter")

    async def after_the_pause_in_typing(route: Route) -> None:
        await page.clock.run_for(1_000)
        await route.continue_()

    await page.route("**/api/autocomplete", after_the_pause_in_typing)
    await page.get_by_role("button", name="+ version").click()
    await expect(page.locator(".offer b").first).to_have_text("ai-main")


async def test_numbers_are_sent_as_numbers_and_a_late_answer_is_no_answer(page: Page, bot: BotProcess) -> None:
    await command(page, "slow", "4")
    await expect(page.locator(".toast")).to_have_text("The application did not respond", timeout=10_000)
    await command(page, "slow", "soon")
    await expect(page.locator(".toast").last).to_contain_text("soon is no number")


async def test_an_unfinished_answer_is_thinking(page: Page, bot: BotProcess) -> None:
    await command(page, "slow", "-1")
    await expect(page.locator(".thinking")).to_contain_text("slipway is thinking")


async def test_a_thread_and_its_file_are_opened_and_read(page: Page, bot: BotProcess) -> None:
    await command(page, "file")
    await expect(page.locator(".file-text").first).to_have_text("line 1\nline 2")
    await page.locator(".thread-link").click()
    await expect(page.locator("#channel-head strong")).to_have_text("details")
    await expect(page.locator(".message .content")).to_have_text("inside")
