"""The session stays up, gives up only for good reasons, and never floods Discord."""

from __future__ import annotations

import asyncio

from discord import app_commands

from bot.client import REFUSED, SlipwayClient, said
from bot.client.session import IDENTIFIES
from playground.discord import LocalDiscord
from tests.client.conftest import here, supervised


async def test_a_wrong_token_ends_with_exit_code_78_and_is_not_tried_again(discord: LocalDiscord) -> None:
    client = SlipwayClient(discord.ids["guild"])
    async with supervised(client, discord, token="not.the.token") as running:
        assert await asyncio.wait_for(running, 10) == REFUSED
    assert discord.identified == 0


async def test_a_gateway_that_refuses_the_first_connect_is_tried_until_it_answers(discord: LocalDiscord) -> None:
    discord.refuse_gateway()
    client = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
    async with supervised(client, discord) as running:
        await asyncio.wait({running}, timeout=4.0)
        assert not running.done()
        assert client.logged_in
        discord.accept_gateway()
        await here(client)


async def test_discord_that_cannot_be_reached_at_all_is_tried_until_it_is_there(discord: LocalDiscord) -> None:
    await discord.offline()
    client = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
    async with supervised(client, discord) as running:
        await asyncio.wait({running}, timeout=1.0)
        assert not running.done()
        await discord.online()
        await here(client)


async def test_a_dropped_gateway_is_resumed_without_a_second_identify(
    client: SlipwayClient, discord: LocalDiscord
) -> None:
    told = asyncio.Event()

    async def here() -> None:
        told.set()

    client.on_here.append(here)
    discord.drop_gateway()
    await asyncio.wait_for(told.wait(), 20)
    assert discord.identified == 1
    assert client.present


async def test_only_what_is_not_privileged_is_asked_of_the_gateway(client: SlipwayClient) -> None:
    assert {name for name, on in client.intents if on} == {"guilds", "guild_messages", "guild_reactions"}


async def test_identifies_are_counted_and_too_many_hang_up_until_later(discord: LocalDiscord) -> None:
    """Over 1,000 a day reset the token, and discord.py alone sends one every five seconds for ever."""
    clock = [0.0]
    client = SlipwayClient(discord.ids["guild"], monotonic=lambda: clock[0])
    async with client:
        for _ in range(IDENTIFIES):
            await client.before_identify_hook(None, initial=True)
        refused = await asyncio.gather(client.before_identify_hook(None, initial=True), return_exceptions=True)
        assert [type(one).__name__ for one in refused] == ["Exhausted"]
        assert client.is_closed()
        await client.reopen()
        clock[0] += 601
        await client.before_identify_hook(None, initial=True)


def hello(client: SlipwayClient, description: str) -> None:
    @app_commands.command(name="hello", description=description)
    async def command(interaction: object) -> None: ...

    client.tree.add_command(command, guild=client.home)


async def test_commands_are_written_once_and_again_only_when_their_definition_changed(discord: LocalDiscord) -> None:
    def written() -> int:
        return sum(1 for call in discord.journal.rest("PUT") if call.path.endswith("/commands"))

    for description, expected in (("one", 1), ("one", 1), ("two", 2)):
        client = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
        hello(client, description)
        async with supervised(client, discord):
            await here(client)
            assert written() == expected
    assert [one["description"] for one in discord.state.commands.values()] == ["two"]


async def test_a_changed_translation_alone_is_written_too(discord: LocalDiscord) -> None:
    client = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
    hello(client, str(said("button.approve")))
    async with supervised(client, discord):
        await here(client)
    again = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)

    @app_commands.command(name="hello", description=said("button.approve"))
    async def command(interaction: object) -> None: ...

    again.tree.add_command(command, guild=again.home)
    async with supervised(again, discord):
        await here(again)
    assert [one["description_localizations"] for one in discord.state.commands.values()] == [{"ko": "승인"}]
