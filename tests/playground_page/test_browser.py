"""The page in a headless Chromium: what is shown, that it is inert, that it fits, that keys suffice."""

import unicodedata

import pytest
from playwright.async_api import Page, expect

from playground.stage import Stage
from tests.capabilities import ROOT
from tests.playground_page.conftest import Post

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(180)]

ROW = {
    "type": 1,
    "components": [{"type": 2, "style": 1, "label": "Roll back to 9c1e0aa", "custom_id": "slip1:rollback:1"}],
}
CARD = {
    "content": "✅ Deployed · ai-server · prod · a1b9f2e",
    "embeds": [{"title": "AI Server deployed", "color": 0x00FF00, "description": "Version: `9c1e0aa` → **a1b9f2e**"}],
    "components": [ROW],
}


async def test_a_card_is_shown_with_its_bar_its_words_and_its_button(page: Page, post: Post) -> None:
    await post(**CARD)
    embed = page.locator(".embed")
    await expect(embed.locator("h3")).to_have_text("AI Server deployed")
    await expect(embed).to_have_css("border-left-color", "rgb(0, 255, 0)")
    await expect(embed.locator("strong")).to_have_text("a1b9f2e")
    await expect(page.get_by_role("button", name="Roll back to 9c1e0aa")).to_be_enabled()
    await expect(page.locator(".content img.emoji")).to_have_attribute("alt", "✅")


async def test_text_from_outside_is_text(page: Page, post: Post) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> [x](javascript:alert(3)) <@1> &lt;b&gt;"
    await post(content=hostile, embeds=[{"title": hostile, "description": hostile, "footer": {"text": hostile}}])
    await expect(page.locator(".content")).to_contain_text("<script>alert(2)</script>")
    assert await page.locator(".body script, .body img, .body a[href^=javascript]").count() == 0


async def test_mentions_and_times_read_as_in_discord(page: Page, stage: Stage, post: Post) -> None:
    ids = stage.discord.ids
    soon = int(stage.discord.clock.now()) + 600
    await post(
        content=f"<@{ids['haneul']}> <@&{ids['@oncall']}> <#{ids['#alerts']}> <t:{soon}:R> **bold** `code` \\*plain\\*"
    )
    content = page.locator(".content")
    await expect(content).to_contain_text("@haneul @oncall #alerts in 10 minutes bold code *plain*")
    await content.get_by_text("#alerts").click()
    await expect(page.locator("#channel-head strong")).to_have_text("alerts")


async def test_an_edit_is_marked_and_changes_the_message_in_place(page: Page, stage: Stage, post: Post) -> None:
    await post(**CARD)
    node = page.locator(".message")
    await expect(node).to_have_count(1)
    stage.discord.messages("deploys")[0].message.content = "changed"
    stage.discord.messages("deploys")[0].message.edited_at = stage.discord.clock.now()
    stage.tell()
    await expect(node).to_have_count(1)
    await expect(page.locator(".content")).to_have_text("changed (edited)")


async def test_pressing_a_reaction_votes_as_the_face_that_is_worn(page: Page, stage: Stage, post: Post) -> None:
    await post(content="approve?")
    message = stage.discord.messages("deploys")[0]
    await stage.person("minsu").react(message, "✅")
    await page.locator('[data-face="haneul"]').click()
    await page.locator('.reaction[data-emoji="✅"]').click()
    await expect(page.locator('.reaction[data-emoji="✅"]')).to_have_class("reaction mine")
    assert message.reactions == {"✅": ["minsu", "haneul"]}
    await page.locator('[data-face="jieun"]').click()
    await expect(page.locator('.reaction[data-emoji="✅"]')).to_have_class("reaction")


async def test_a_button_nobody_answers_says_so_under_the_message(page: Page, post: Post) -> None:
    await post(**CARD)
    await page.get_by_role("button", name="Roll back to 9c1e0aa").click()
    await expect(page.locator(".went-wrong")).to_have_text("This interaction failed", timeout=10_000)


async def test_a_ping_elsewhere_is_counted_at_its_channel_until_it_is_read(
    page: Page, stage: Stage, post: Post
) -> None:
    who = stage.discord.ids["jieun"]
    await post("alerts", content=f"<@{who}> look", allowed_mentions={"users": [who]})
    badge = page.locator(".channel", has_text="alerts").locator(".pings")
    await expect(badge).to_have_text("1")
    await page.locator(".channel", has_text="alerts").click()
    await expect(badge).to_have_count(0)
    await expect(page.locator(".message.pinged")).to_have_count(1)


async def test_faces_are_changed_by_arrow_keys(page: Page) -> None:
    await page.locator('[data-face="jieun"]').focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator('[aria-checked="true"]')).to_have_attribute("data-face", "haneul")


@pytest.mark.parametrize("width", [390, 768, 1280])
async def test_nothing_is_wider_than_the_screen(page: Page, post: Post, width: int) -> None:
    await post(**CARD)
    await post(content="x" * 300, embeds=[{"description": "`" + "y" * 300 + "`"}])
    await page.set_viewport_size({"width": width, "height": 844})
    await expect(page.locator(".message")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_a_narrow_screen_shows_one_half_at_a_time(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("#real")).to_be_hidden()
    await page.get_by_role("button", name="Servers").click()
    await expect(page.locator("#real")).to_be_visible()
    await expect(page.locator("#discord")).to_be_hidden()


async def test_it_says_that_it_is_an_imitation_and_without_the_key_shows_nothing(page: Page) -> None:
    await expect(page.locator("#top .imitation")).to_contain_text("local imitation of Discord")
    await page.goto(page.url.split("#")[0])
    await page.reload()
    await expect(page.locator(".no-key")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(0)


async def test_news_take_neither_the_caret_nor_what_was_typed(page: Page, stage: Stage, post: Post) -> None:
    await page.locator("#composer textarea").click()
    await page.keyboard.type("half a sen")
    stage.discord.grant(stage.person("visitor"), "deployer")
    await post(content="news")
    await expect(page.locator(".message .content")).to_have_text("news")
    await page.keyboard.type("tence")
    await expect(page.locator("#composer textarea")).to_have_value("half a sentence")


def test_every_sign_of_the_texts_is_drawn_without_an_emoji_font() -> None:
    drawn = (ROOT / "playground/page/static/js/emoji.js").read_text(encoding="utf-8")
    said = "".join((ROOT / f"bot/wording/{one}.toml").read_text(encoding="utf-8") for one in ("ko", "en"))
    signs = {sign for sign in said if unicodedata.category(sign) == "So"}
    assert {sign for sign in signs if f'"{sign}' not in drawn} == set()
