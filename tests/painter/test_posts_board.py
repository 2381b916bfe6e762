"""The board's message: pinned by the bot, found again, sent anew, and never in the way of anything."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.board.panel import APART, UNWELL, WELL, Panel
from bot.client import DiscordScreen
from bot.errors import ScreenError
from bot.ledger import posts
from bot.model import Known, Running, StatusRow
from bot.painter import Posts
from bot.painter.posts import APART as BETWEEN_EDITS
from playground.discord import Permission, Seen, World
from playground.discord.rights import INVITE
from tests.cards.samples import BAD, GOOD, NEW, NOW, OLD, TARGET, ULID
from tests.painter.conftest import Killed, Studio, client, discord, elsewhere, rules, studio

__all__ = ["client", "discord", "elsewhere", "rules", "studio"]

ROW = StatusRow(TARGET, "AI", Running(NEW, "socket"), Known(NEW, "verified", NOW), False, GOOD, ref=ULID)


@pytest.fixture
def world() -> World:
    return World(bot_permissions=int(INVITE | Permission.PIN_MESSAGES))


class Stand:
    """A board's two halves on one screen; ``rows`` is what is true now."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.rows = [ROW]
        self.restart()

    def restart(self) -> None:
        studio, channel = self.studio, self.studio.discord.ids["#general"]
        self.panel = Panel(studio.ledger, self.status, channel, studio.hand)
        screen, places = DiscordScreen(studio.client, timeout=5.0), {"board": [channel, studio.discord.ids["#deploys"]]}
        self.posts = Posts(studio.ledger, screen, places, "en", studio.hand, studio.at)

    async def status(self, service: str | None, env: str | None) -> list[StatusRow]:
        return self.rows

    async def turn(self) -> float:
        """One look, and what it wrote is drawn; the seconds until the next look."""
        pause = await self.panel.look()
        await self.posts.look()
        return pause

    @property
    def messages(self) -> list[Seen]:
        return [one for one in self.studio.discord.messages("general") if one.content]

    @property
    def board(self) -> Seen:
        (one,) = self.messages
        return one

    @property
    def pins(self) -> list[Any]:
        return self.studio.discord.journal.rest("PUT", "/channels/{channel_id}/messages/pins/{message_id}")


@pytest.fixture
async def stand(studio: Studio) -> Stand:
    return Stand(studio)


async def test_a_bot_that_may_not_pin_says_so_once_and_the_board_still_lives(stand: Stand) -> None:
    stand.studio.discord.forbid("general", Permission.PIN_MESSAGES)
    with capture_logs() as logged:
        await stand.turn()
        for number in range(3):
            stand.rows = [replace(ROW, busy=number)]
            stand.studio.hand.time += APART
            await stand.turn()
    assert [one["event"] for one in logged].count("post.not_pinned") == 1
    assert "open deploy #2" in stand.board.text
    assert not stand.board.pinned
    stand.studio.discord.allow("general", Permission.PIN_MESSAGES)
    stand.rows = [ROW]
    stand.studio.hand.time += APART
    await stand.turn()
    assert stand.board.pinned


async def test_a_channel_without_room_for_another_pin_costs_the_board_nothing(stand: Stand) -> None:
    stand.studio.discord.fail_next(400, method="PUT", path="/channels/*/messages/pins/*")
    await stand.turn()
    assert "healthy" in stand.board.text
    assert not stand.board.pinned


async def test_the_board_is_sent_pinned_and_edited_in_place(stand: Stand) -> None:
    assert await stand.turn() == WELL
    assert stand.board.pinned
    assert "✅ **ai-server · prod** · a1b9f2e · healthy" in stand.board.text
    stand.rows = [replace(ROW, health=BAD)]
    assert await stand.turn() == UNWELL
    assert "unhealthy" in stand.board.text
    assert len(stand.board.edits) == 1
    assert stand.board.pings == []
    assert len(stand.pins) == 1


async def test_what_did_not_change_is_not_drawn_again(stand: Stand) -> None:
    await stand.turn()
    stand.studio.hand.time += 3600
    await stand.turn()
    assert stand.board.edits == []


async def test_two_edits_are_a_minute_apart(stand: Stand) -> None:
    await stand.turn()
    for number in range(3):
        stand.rows = [replace(ROW, busy=number)]
        stand.studio.hand.time += 1
        await stand.turn()
    assert len(stand.board.edits) == 1
    stand.studio.hand.time += BETWEEN_EDITS["board"]
    await stand.turn()
    assert "#2" in stand.board.text
    assert len(stand.board.edits) == 2


async def test_after_a_restart_the_same_message_goes_on_and_is_true_again(stand: Stand) -> None:
    await stand.turn()
    stand.restart()
    stand.rows = [replace(ROW, drift=True, recorded=Known(OLD, "verified", NOW))]
    await stand.turn()
    assert "drift: recorded 9c1e0aa" in stand.board.text
    stand.restart()
    await stand.turn()
    assert len(stand.board.edits) == 2


@pytest.mark.parametrize("point", ["screen.send.sent", "screen.pin.before", "screen.pin.sent"])
async def test_a_bot_that_dies_while_it_posts_makes_no_second_board_and_pins_it_after_all(
    stand: Stand, point: str
) -> None:
    stand.studio.die_at = point
    with pytest.raises(Killed):
        await stand.turn()
    stand.restart()
    stand.studio.hand.time += 5
    await stand.turn()
    await stand.posts.look()
    assert stand.board.pinned


async def test_a_board_that_somebody_deleted_is_sent_and_pinned_anew(stand: Stand) -> None:
    await stand.turn()
    first = stand.board
    stand.studio.discord.delete(first)
    await stand.posts.deleted(first.id)
    await stand.posts.look()
    assert stand.board.id != first.id
    assert stand.board.pinned


async def test_a_deletion_that_nobody_told_is_found_at_the_next_edit(stand: Stand) -> None:
    await stand.turn()
    stand.studio.discord.delete(stand.board)
    stand.rows = [replace(ROW, busy=7)]
    await stand.turn()
    await stand.posts.look()
    assert "#7" in stand.board.text


async def test_any_other_message_that_somebody_deleted_stays_away(stand: Stand) -> None:
    payload = {"lines": [], "at": 1.0}
    other = await stand.studio.ledger.do(posts.add, "handover", now=1.0, place="board", payload=payload)
    assert other is not None
    await stand.studio.ledger.do(posts.sent, other.id, "1", "77", other.screen, 1.0)
    await stand.posts.deleted("77")
    assert await stand.studio.ledger.read(posts.wanted) == []
    await stand.posts.deleted("unknown")


async def test_an_edit_that_came_to_nothing_does_not_wait_for_a_minute_when_discord_is_back(stand: Stand) -> None:
    await stand.turn()
    stand.rows = [replace(ROW, busy=7)]
    stand.studio.discord.fail_next(400, 2, "PATCH", "*/messages/*")
    await stand.turn()
    assert "#7" not in stand.board.text
    await stand.posts.hurry()
    await stand.posts.look()
    assert "#7" in stand.board.text


async def test_a_channel_that_is_closed_to_us_is_replaced_by_the_next_one(stand: Stand) -> None:
    stand.studio.discord.forbid("general", Permission.SEND_MESSAGES)
    await stand.turn()
    assert stand.messages == []
    assert any("What runs where" in one.text for one in stand.studio.discord.messages("deploys"))


async def test_a_look_that_fails_does_not_end_the_board_and_a_verdict_wakes_it(stand: Stand) -> None:
    ledger, looks = stand.studio.ledger, 0

    async def failing(service: str | None, env: str | None) -> list[StatusRow]:
        nonlocal looks
        looks += 1
        raise (ScreenError("unavailable") if looks == 1 else KeyError("a bug")) if looks < 3 else Enough

    class Enough(BaseException):
        """Ends the loop from inside."""

    stand.panel.status = failing
    running = asyncio.create_task(stand.panel.run())
    async with asyncio.timeout(10):
        for wanted in (1, 2):
            while looks < wanted:
                await asyncio.sleep(0)
            for verb in ("shown.drawn", "deploys.settle"):
                for committed in list(ledger.on_commit):
                    committed(verb)
        with pytest.raises(Enough):
            await running
    assert looks == 3
