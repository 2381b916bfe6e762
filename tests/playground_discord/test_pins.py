"""Pins as Discord keeps them: a permission of their own since 2026, a notice in the channel, an end of the list."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from playground.discord import LocalDiscord, Permission, World
from playground.discord.pinning import MOST
from playground.discord.rights import INVITE
from playground.discord.state.messages import Message

from .conftest import discord_client


@pytest.fixture
async def pinning() -> AsyncIterator[LocalDiscord]:
    """Its bot may pin."""
    async with LocalDiscord(World(bot_permissions=int(INVITE | Permission.PIN_MESSAGES))) as running:
        yield running


async def posted(discord: LocalDiscord, text: str = "board") -> str:
    async with discord_client(discord) as call:
        await call("POST", f"/channels/{discord.ids['#deploys']}/messages", {"content": text})
    return next(one.id for one in reversed(discord.messages("deploys")) if one.content == text)


def path(discord: LocalDiscord, message: str = "") -> str:
    return f"/channels/{discord.ids['#deploys']}/messages/pins/{message}".rstrip("/")


async def test_pinning_needs_its_own_permission_and_manage_messages_is_not_it() -> None:
    for more in (Permission(0), Permission.MANAGE_MESSAGES):
        async with LocalDiscord(World(bot_permissions=int(INVITE | more))) as discord, discord_client(discord) as call:
            message = await posted(discord)
            assert await call("PUT", path(discord, message)) == (403, 50013)
            assert not discord.messages("deploys")[0].pinned


async def test_pinning_needs_the_history_and_a_channel_that_is_seen(pinning: LocalDiscord) -> None:
    message = await posted(pinning)
    async with discord_client(pinning) as call:
        pinning.forbid("deploys", Permission.READ_MESSAGE_HISTORY)
        assert await call("PUT", path(pinning, message)) == (403, 50013)
        pinning.forbid("deploys", Permission.VIEW_CHANNEL)
        assert await call("PUT", path(pinning, message)) == (403, 50001)


async def test_a_pin_is_told_once_in_the_channel_however_often_it_is_pinned(pinning: LocalDiscord) -> None:
    message = await posted(pinning)
    async with discord_client(pinning) as call:
        for _ in range(2):
            assert await call("PUT", path(pinning, message)) == (204, 0)
    board, *notices = pinning.messages("deploys")
    assert board.pinned
    assert [one.json["type"] for one in notices] == [6]
    assert notices[0].json["message_reference"]["message_id"] == message
    assert notices[0].pings == []


async def test_unpinning_is_free_to_do_again_and_a_deleted_message_is_no_pin(pinning: LocalDiscord) -> None:
    message = await posted(pinning)
    async with discord_client(pinning) as call:
        assert await call("PUT", path(pinning, message)) == (204, 0)
        for _ in range(2):
            assert await call("DELETE", path(pinning, message)) == (204, 0)
        assert not pinning.messages("deploys")[0].pinned
        pinning.delete(pinning.messages("deploys")[0])
        assert await call("PUT", path(pinning, message)) == (404, 10008)


async def test_pins_are_listed_newest_first_and_only_where_the_history_may_be_read(pinning: LocalDiscord) -> None:
    first, second = await posted(pinning, "one"), await posted(pinning, "two")
    async with discord_client(pinning) as call:
        for message in (first, second):
            await call("PUT", path(pinning, message))
            pinning.clock.advance(1)
        assert await call("GET", path(pinning)) == (200, 0)
        assert _contents(pinning) == ["two", "one"]
        assert await call("GET", path(pinning) + "?limit=51") == (400, 50035)
        assert await call("GET", path(pinning) + "?before=yesterday") == (400, 50035)
        pinning.forbid("deploys", Permission.READ_MESSAGE_HISTORY)
        await call("GET", path(pinning))
        assert _contents(pinning) == []


def _contents(discord: LocalDiscord) -> list[str]:
    got = [one for one in discord.journal.rest() if one.method == "GET" and one.status == 200][-1].got
    return [one["message"]["content"] for one in got["items"]]


async def test_a_channel_has_room_for_so_many_pins(pinning: LocalDiscord) -> None:
    message = await posted(pinning)
    last = pinning.state.messages[message]
    for number in range(MOST):
        name = f"filler{number}"
        filler = Message(name, last.channel_id, last.author, last.created_at, pinned_at=pinning.clock.now())
        pinning.state.messages[name] = filler
    async with discord_client(pinning) as call:
        assert await call("PUT", path(pinning, message)) == (400, 30003)
