"""The imitated audit log answers as Discord documents it: who may read it, in which order, how much at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from playground.discord import LocalDiscord, Permission, World
from playground.discord.rights import INVITE

DAY = 86_400.0


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(World(bot_permissions=int(INVITE | Permission.VIEW_AUDIT_LOG))) as running:
        yield running


async def read(discord: LocalDiscord, **query: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {discord.token}"}
    address = f"{discord.api}/guilds/{discord.ids['guild']}/audit-logs"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(address, params=query) as response:
        return response.status, await response.json()


async def targets(discord: LocalDiscord, **query: str) -> list[str]:
    status, body = await read(discord, **query)
    assert status == 200
    return [entry["target_id"] for entry in body["audit_log_entries"]]


async def test_without_the_permission_nobody_reads_it_whatever_a_channel_allows() -> None:
    async with LocalDiscord() as discord:
        discord.allow("deploys", Permission.VIEW_AUDIT_LOG)
        status, body = await read(discord)
        assert (status, body["code"]) == (403, 50013)


@pytest.mark.parametrize("limit", ["0", "101", "x"])
async def test_a_page_has_one_to_a_hundred_entries(discord: LocalDiscord, limit: str) -> None:
    status, body = await read(discord, limit=limit)
    assert (status, body["code"]) == (400, 50035)


async def test_fifty_come_unless_more_are_asked_for_newest_first(discord: LocalDiscord) -> None:
    minsu, visitor = discord.person("minsu"), discord.person("visitor")
    discord.grant(visitor, "oncall")
    for _ in range(30):
        discord.grant(minsu, "admin")
        discord.revoke(minsu, "admin")
    assert await targets(discord) == [minsu.id] * 50
    assert (await targets(discord, limit="100"))[-1] == visitor.id
    assert await targets(discord, limit="1", after="0") == [visitor.id]


async def test_pages_follow_each_other_by_the_last_id(discord: LocalDiscord) -> None:
    for name in ("haneul", "minsu", "visitor"):
        discord.grant(discord.person(name), "admin")
    _, first = await read(discord, limit="2")
    last = first["audit_log_entries"][-1]["id"]
    assert await targets(discord, limit="2", before=last) == [discord.ids["haneul"]]


async def test_other_events_and_other_people_are_left_out_where_they_are_not_asked_for(discord: LocalDiscord) -> None:
    discord.grant(discord.person("visitor"), "admin")
    assert await targets(discord, action_type="24") == []
    assert await targets(discord, action_type="25") == [discord.ids["visitor"]]
    assert await targets(discord, target_id=discord.ids["minsu"]) == []
    assert await targets(discord, user_id=discord.state.guild.owner_id) == [discord.ids["visitor"]]


async def test_an_entry_names_what_was_added_and_taken_and_who_did_it(discord: LocalDiscord) -> None:
    discord.grant(discord.person("visitor"), "admin")
    discord.revoke(discord.person("visitor"), "admin")
    _, body = await read(discord)
    role = [{"id": discord.ids["@admin"], "name": "admin"}]
    changes = [entry["changes"] for entry in body["audit_log_entries"]]
    assert changes == [[{"key": "$remove", "new_value": role}], [{"key": "$add", "new_value": role}]]
    assert {user["username"] for user in body["users"]} == {"owner", "visitor"}


async def test_after_forty_five_days_an_entry_is_gone(discord: LocalDiscord) -> None:
    discord.grant(discord.person("visitor"), "admin", ago=44 * DAY)
    assert len(await targets(discord)) == 1
    discord.clock.advance(2 * DAY)
    assert await targets(discord) == []
