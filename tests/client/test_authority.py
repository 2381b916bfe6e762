"""Who somebody is, and whose votes stand, is asked of Discord at that moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.client import DiscordAuthority, SlipwayClient
from bot.errors import SlipwayError
from bot.model import Choice, Person
from playground.discord import LocalDiscord, MemberSpec, Seen, World
from playground.discord.people.seen import Seen as View


@pytest.fixture
def authority(client: SlipwayClient) -> DiscordAuthority:
    return DiscordAuthority(client, timeout=5.0)


async def posted(discord: LocalDiscord) -> Seen:
    return await discord.person("minsu").say("deploys", "vote here")


async def test_roles_are_those_of_this_moment(authority: DiscordAuthority, discord: LocalDiscord) -> None:
    haneul, ids = discord.person("haneul"), discord.ids
    before = await authority.member(haneul.id)
    discord.revoke(haneul, "oncall")
    after = await authority.member(haneul.id)
    assert before == Person(haneul.id, "haneul", frozenset({ids["@deployer"], ids["@oncall"]}))
    assert after is not None
    assert after.roles == frozenset({ids["@deployer"]})


async def test_who_left_and_who_never_was_is_nobody(authority: DiscordAuthority, discord: LocalDiscord) -> None:
    discord.kick(discord.person("minsu"))
    assert await authority.member(discord.ids["minsu"]) is None
    assert await authority.member("1234567") is None


async def test_normal_and_super_reactions_count_and_look_alikes_do_not(
    authority: DiscordAuthority, discord: LocalDiscord
) -> None:
    message = await posted(discord)
    await discord.person("haneul").react(message, "✅")
    await discord.person("jieun").react(message, "✅", burst=True)
    await discord.person("visitor").react(message, "✔️")
    await discord.person("minsu").react(message, "❌")
    await discord.person("minsu").unreact(message, "❌")
    found = await authority.reactions(discord.ids["#deploys"], message.id)
    assert found == {Choice.APPROVE: {discord.ids["haneul"], discord.ids["jieun"]}, Choice.REJECT: frozenset()}


async def test_a_message_that_is_gone_is_told_from_one_without_votes(
    authority: DiscordAuthority, discord: LocalDiscord
) -> None:
    message = await posted(discord)
    assert await authority.reactions(discord.ids["#deploys"], message.id) == dict.fromkeys(Choice, frozenset())
    discord.delete(message)
    assert await authority.reactions(discord.ids["#deploys"], message.id) is None


async def test_no_answer_is_no_authority(authority: DiscordAuthority, discord: LocalDiscord) -> None:
    message = await posted(discord)
    await discord.offline()
    with pytest.raises(SlipwayError, match="authority_unreadable"):
        await authority.member(discord.ids["haneul"])
    with pytest.raises(SlipwayError, match="authority_unreadable"):
        await authority.reactions(discord.ids["#deploys"], message.id)


async def test_a_slow_answer_is_no_authority_either(client: SlipwayClient, discord: LocalDiscord) -> None:
    discord.rate_limit_next(1, retry_after=30.0, path="*/members/*")
    with pytest.raises(SlipwayError, match="authority_unreadable"):
        await DiscordAuthority(client, timeout=0.3).member(discord.ids["haneul"])


class TestCrowd:
    @pytest.fixture
    def world(self) -> World:
        crowd = tuple(MemberSpec(f"p{n:03}") for n in range(230))
        return replace(World(), people=(*World().people, MemberSpec("robot", bot=True), *crowd))

    async def test_every_page_is_read_and_bots_never_count(
        self, authority: DiscordAuthority, discord: LocalDiscord
    ) -> None:
        message = await posted(discord)
        for n in range(230):
            await discord.person(f"p{n:03}").react(message, "✅")
        await discord.person("robot").react(message, "✅")
        found = await authority.reactions(discord.ids["#deploys"], message.id)
        assert found is not None
        assert len(found[Choice.APPROVE]) == 230
        assert discord.ids["robot"] not in found[Choice.APPROVE]
        assert isinstance(message, View)
