"""Who somebody is, and whose votes stand, is asked of Discord at that moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.client import DiscordAuthority, DiscordScreen, SlipwayClient
from bot.errors import SlipwayError
from bot.model import Choice, Person
from playground.discord import LocalDiscord, MemberSpec, Permission, Seen, World
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
    assert before is not None
    assert replace(before, joined=None) == Person(haneul.id, "haneul", frozenset({ids["@deployer"], ids["@oncall"]}))
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

    async def test_every_page_is_read_and_only_our_own_reactions_are_left_out(
        self, authority: DiscordAuthority, client: SlipwayClient, discord: LocalDiscord
    ) -> None:
        message = await posted(discord)
        for n in range(230):
            await discord.person(f"p{n:03}").react(message, "✅")
        await discord.person("robot").react(message, "✅")
        await DiscordScreen(client).react(discord.ids["#deploys"], message.id, "✅")
        found = await authority.reactions(discord.ids["#deploys"], message.id)
        assert found is not None
        assert len(found[Choice.APPROVE]) == 231
        robot = await authority.member(discord.ids["robot"])
        assert robot is not None
        assert robot.bot
        assert isinstance(message, View)


async def test_a_log_that_may_not_be_read_is_nobodys_age(authority: DiscordAuthority, discord: LocalDiscord) -> None:
    discord.grant(discord.person("visitor"), "oncall")
    assert await authority.granted(0.0) is None


async def test_when_somebody_joined_comes_with_who_they_are(authority: DiscordAuthority, discord: LocalDiscord) -> None:
    found = await authority.member(discord.ids["haneul"])
    assert found is not None
    assert found.joined is not None
    assert found.joined < discord.clock.now() - 86_400


class TestAuditLog:
    """The bot has View Audit Log."""

    @pytest.fixture
    def world(self) -> World:
        return replace(World(), bot_permissions=int(World().bot_permissions | Permission.VIEW_AUDIT_LOG))

    async def test_roles_granted_since_then_are_named_and_older_ones_are_not(
        self, authority: DiscordAuthority, discord: LocalDiscord
    ) -> None:
        visitor, minsu, ids = discord.person("visitor"), discord.person("minsu"), discord.ids
        discord.grant(visitor, "oncall", ago=7200)
        discord.grant(visitor, "admin", ago=60)
        discord.grant(minsu, "oncall", ago=30)
        discord.revoke(minsu, "oncall")
        now = discord.clock.now()
        recent = {ids["visitor"]: {ids["@admin"]}, ids["minsu"]: {ids["@oncall"]}}
        assert {user: roles for user, roles in (await authority.granted(now - 3600) or {}).items() if roles} == recent
        older = await authority.granted(now - 10_000)
        assert older is not None
        assert older[ids["visitor"]] == {ids["@oncall"], ids["@admin"]}

    async def test_a_role_taken_and_given_again_is_new(
        self, authority: DiscordAuthority, discord: LocalDiscord
    ) -> None:
        haneul = discord.person("haneul")
        discord.revoke(haneul, "oncall")
        discord.grant(haneul, "oncall")
        found = await authority.granted(discord.clock.now() - 60)
        assert found is not None
        assert found[haneul.id] == {discord.ids["@oncall"]}

    async def test_every_page_within_the_window_is_read_and_none_beyond(
        self, authority: DiscordAuthority, discord: LocalDiscord
    ) -> None:
        minsu, visitor = discord.person("minsu"), discord.person("visitor")
        discord.grant(visitor, "oncall", ago=3000)
        for _ in range(130):
            discord.grant(minsu, "admin", ago=100)
            discord.revoke(minsu, "admin")
        found = await authority.granted(discord.clock.now() - 3600)
        assert found is not None
        assert found[visitor.id] == {discord.ids["@oncall"]}
        asked = discord.journal.rest("GET", "/guilds/{guild_id}/audit-logs")
        assert [call.query["limit"] for call in asked] == ["100"] * 3
        await authority.granted(discord.clock.now() - 1)
        assert len(discord.journal.rest("GET", "/guilds/{guild_id}/audit-logs")) == 5

    async def test_no_answer_is_no_authority(self, authority: DiscordAuthority, discord: LocalDiscord) -> None:
        discord.fail_next(500, n=20, path="*/audit-logs")
        with pytest.raises(SlipwayError, match="authority_unreadable"):
            await authority.granted(0.0)
        discord.no_faults()
        await discord.offline()
        with pytest.raises(SlipwayError, match="authority_unreadable"):
            await authority.granted(0.0)
