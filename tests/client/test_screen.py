"""Discord as a screen: sent once, found again, never louder than told, and every fault has one of four names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.client import DiscordScreen, SlipwayClient
from bot.errors import ScreenError
from bot.model import Button, Card, Colour, File, Mentions, Option, Select, Style
from playground.discord import LocalDiscord, MemberSpec, Permission, World
from playground.discord.faults import Loss

CARD = Card(
    content="⏳ Deploying · ai-server · prod",
    title="AI Server deploy started",
    colour=Colour.RUNNING,
    lines=("one", "two"),
    footer="#128·k3v9·card",
    buttons=(Button("stop", "Stop deploy", Style.DANGER, "01JCK7Q3ZV9M2T4X8B6N5R1K3V"),),
)
NONCE = "n" * 25


@pytest.fixture
def screen(client: SlipwayClient) -> DiscordScreen:
    return DiscordScreen(client, timeout=5.0)


@pytest.fixture
def deploys(discord: LocalDiscord) -> str:
    return discord.ids["#deploys"]


async def fault(attempt: object) -> ScreenError:
    with pytest.raises(ScreenError) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


@pytest.mark.parametrize("loss", ["drop", "502"])
async def test_a_send_whose_answer_was_lost_is_repeated_without_a_second_message(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str, loss: Loss
) -> None:
    discord.lose_next_answer("POST", "*/messages", loss=loss)
    if loss == "drop":
        assert (await fault(screen.send(deploys, CARD, NONCE))).retry
    first = await screen.send(deploys, CARD, NONCE)
    assert await screen.send(deploys, CARD, NONCE) == first
    assert len(discord.messages("deploys")) == 1


@pytest.fixture
def world() -> World:
    return replace(World(), people=(*World().people, MemberSpec("copycat", bot=True)))


async def test_a_lost_message_is_found_by_its_marker_among_our_own_only(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str
) -> None:
    await discord.person("minsu").say("deploys", f"look at {CARD.footer}")
    look_alike = {"title": CARD.title, "footer": {"text": CARD.footer}}
    await discord.person("copycat").say("deploys", "our card, as it were", embeds=[look_alike])
    await screen.send(deploys, replace(CARD, footer="#127·k3v9·card"), "a" * 25)
    assert await screen.find(deploys, CARD.footer) is None
    sent = await screen.send(deploys, CARD, NONCE)
    assert await screen.find(deploys, CARD.footer) == sent


async def test_a_new_message_pings_exactly_whom_the_card_names(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str
) -> None:
    ids = discord.ids
    loud = f"<@{ids['haneul']}> <@{ids['minsu']}> <@&{ids['@oncall']}> @everyone @here"
    await screen.send(deploys, replace(CARD, content=loud, mentions=Mentions((ids["haneul"],))), "a" * 25)
    await screen.send(deploys, replace(CARD, content=loud, mentions=Mentions(roles=(ids["@oncall"],))), "b" * 25)
    await screen.send(deploys, replace(CARD, content=loud), "c" * 25)
    assert [one.pings for one in discord.messages("deploys")] == [["haneul"], ["@oncall"], []]


async def test_an_edit_takes_away_what_the_card_no_longer_has_and_pings_nobody(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str
) -> None:
    select = Select("target", "Pick", (Option("a/b", "a · b"),))
    message = await screen.send(deploys, replace(CARD, selects=(select,), files=(File("plan.txt", "x"),)), NONCE)
    (seen,) = discord.messages("deploys")
    assert (seen.buttons[0].custom_id, seen.buttons[0].style) == (f"slip1:stop:{CARD.buttons[0].ref}", "danger")
    assert seen.embeds[0].color == Colour.RUNNING.value
    assert seen.embeds[0].description == "one\ntwo"
    assert [one.text for one in seen.attachments] == ["x"]
    quiet = Card(f"<@{discord.ids['haneul']}> done", mentions=Mentions((discord.ids["haneul"],)))
    await screen.edit(deploys, message, quiet)
    assert (seen.embeds, seen.buttons, seen.selects, seen.attachments, seen.pings) == ([], [], [], [], [])
    (edited,) = discord.journal.rest("PATCH")
    assert edited.sent["allowed_mentions"]["parse"] == []
    assert not edited.sent["allowed_mentions"].get("users")


async def test_a_deleted_message_a_lost_channel_and_a_lost_permission_are_told_apart(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str
) -> None:
    message = await screen.send(deploys, CARD, NONCE)
    discord.delete(discord.messages("deploys")[0])
    assert (await fault(screen.edit(deploys, message, CARD))).code == "message_gone"
    assert (await fault(screen.send("1", CARD, NONCE))).code == "channel_gone"
    discord.forbid("deploys", Permission.SEND_MESSAGES)
    refused = await fault(screen.send(deploys, CARD, "z" * 25))
    assert (refused.code, refused.retry) == ("forbidden", False)


async def test_a_server_error_and_a_silent_discord_may_be_tried_again(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str
) -> None:
    discord.fail_next(503, 1, "POST", "*/messages")
    assert (await fault(screen.send(deploys, CARD, NONCE))).retry
    await discord.offline()
    away = await fault(screen.send(deploys, CARD, NONCE))
    assert (away.code, away.retry) == ("unavailable", True)


async def test_what_discord_refuses_as_malformed_is_not_tried_again(screen: DiscordScreen, deploys: str) -> None:
    refused = await fault(screen.send(deploys, replace(CARD, title="x" * 300), NONCE))
    assert (refused.code, refused.retry) == ("unavailable", False)


async def test_a_log_is_attached_once_in_the_messages_thread(
    screen: DiscordScreen, discord: LocalDiscord, deploys: str
) -> None:
    message = await screen.send(deploys, CARD, NONCE)
    for _ in range(2):
        await screen.attach(deploys, message, "#128 log", "deploy-128.log", "ModuleNotFoundError")
    files = [one.text for seen in discord.messages(message) for one in seen.attachments]
    assert files == ["ModuleNotFoundError"]


async def test_before_the_first_login_the_screen_says_later(discord: LocalDiscord) -> None:
    screen = DiscordScreen(SlipwayClient(discord.ids["guild"]))
    assert (await fault(screen.send(discord.ids["#deploys"], CARD, NONCE))).retry


async def test_a_thousand_cards_leave_nothing_in_discord_pys_memory(client: SlipwayClient, deploys: str) -> None:
    """Views that are not made of dynamic items alone pile up there for the life of the process."""
    screen = DiscordScreen(client)
    for number in range(5):
        await screen.send(deploys, CARD, f"{number}".rjust(25, "x"))
    store = client._connection._view_store
    assert not store._views
    assert not store._synced_message_views


async def test_a_pin_that_is_not_allowed_or_whose_message_is_gone_is_a_fault_by_name(
    discord: LocalDiscord, screen: DiscordScreen, deploys: str
) -> None:
    message = await screen.send(deploys, CARD, NONCE)
    assert (await fault(screen.pin(deploys, message))).code == "forbidden"
    own = discord.state.guild.roles[discord.state.me.roles[0]]
    own.permissions |= int(Permission.PIN_MESSAGES)
    for _ in range(2):
        await screen.pin(deploys, message)
    (card, _notice) = discord.messages("deploys")
    assert card.pinned
    assert (await fault(screen.pin(deploys, "42"))).code == "message_gone"
