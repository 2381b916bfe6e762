"""Messages and reactions: who is pinged, who reacted, what is kept, what the bot may read."""

import json

import pytest

from playground.discord import LocalDiscord, MemberSpec, Refused, World

from .conftest import BotProcess, discord_client


async def post(discord: LocalDiscord, text: str, **rest: object) -> None:
    async with discord_client(discord) as call:
        assert await call("POST", f"/channels/{discord.ids['#deploys']}/messages", {"content": text, **rest}) == (
            200,
            0,
        )


async def test_only_allowed_mentions_ping_and_a_role_only_if_it_is_mentionable(discord: LocalDiscord) -> None:
    ids = discord.ids
    text = f"<@{ids['jieun']}> <@{ids['haneul']}> <@&{ids['@oncall']}> <@&{ids['@admin']}> @everyone"
    await post(discord, text, allowed_mentions={"parse": []})
    await post(discord, text, allowed_mentions={"parse": ["roles"], "users": [ids["haneul"]]})
    await post(discord, text)
    pings = [one.pings for one in discord.messages("deploys")]
    assert pings == [[], ["haneul", "@oncall"], ["jieun", "haneul", "@oncall"]]


async def test_an_edit_pings_nobody(discord: LocalDiscord) -> None:
    await post(discord, "quiet")
    card = discord.messages("deploys")[0]
    body = {"content": f"<@{discord.ids['jieun']}>"}
    async with discord_client(discord) as call:
        assert await call("PATCH", f"/channels/{discord.ids['#deploys']}/messages/{card.id}", body) == (200, 0)
    assert card.content == body["content"]
    assert card.pings == []
    assert [look.content for look in card.edits] == ["quiet"]


async def test_normal_and_super_reactions_are_listed_apart_and_removal_carries_no_member(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    jieun, haneul, minsu = (discord.person(key) for key in ("jieun", "haneul", "minsu"))
    await jieun.command("card", text="vote")
    card = await discord.shows("deploys", "vote")
    await bot.hears("posted")
    await haneul.react(card, "✅")
    await minsu.react(card, "✅", burst=True)
    await minsu.react(card, "✅")
    votes = json.loads((await jieun.command("votes", message=card.id)).content)
    assert {kind: sorted(names) for kind, names in votes.items()} == {
        "✅normal": ["haneul", "slipway"],
        "✅burst": ["minsu"],
    }
    await haneul.unreact(card, "✅")
    heard = await bot.hears("unreaction")
    assert heard == [{"kind": "unreaction", "emoji": "✅", "user": haneul.id, "member": False}]
    assert card.reactions == {"✅": ["slipway", "minsu"]}
    removal = discord.journal.frames("MESSAGE_REACTION_REMOVE")[0]
    assert "member" not in removal.payload["d"]


async def test_reactors_come_in_pages(discord: LocalDiscord) -> None:
    crowd = World(people=tuple(MemberSpec(f"p{n}") for n in range(7)))
    async with LocalDiscord(crowd) as big, discord_client(big) as call:
        card = await big.person("p0").say("deploys", "vote")
        for one in big.people:
            await one.react(card, "✅")
        base = f"/channels/{big.ids['#deploys']}/messages/{card.id}/reactions/✅"
        assert await call("GET", base.replace("✅", "❌")) == (200, 0)
        assert big.journal.rest("GET")[-1].got == []
        seen: list[str] = []
        for _ in range(3):
            after = seen[-1] if seen else "0"
            assert await call("GET", f"{base}?limit=3&after={after}") == (200, 0)
            seen += [one["id"] for one in big.journal.rest("GET")[-1].got]
    assert seen == sorted((one.id for one in big.people), key=int)


async def test_a_look_alike_emoji_is_another_reaction_and_text_is_none(discord: LocalDiscord) -> None:
    jieun = discord.person("jieun")
    card = await jieun.say("deploys", "vote")
    await jieun.react(card, "✅")
    await jieun.react(card, "☑️")
    assert list(card.reactions) == ["✅", "☑️"]
    with pytest.raises(Refused):
        await jieun.react(card, "yes")


async def test_a_message_takes_at_most_20_different_reactions(discord: LocalDiscord) -> None:
    jieun = discord.person("jieun")
    card = await jieun.say("deploys", "vote")
    for n in range(20):
        await jieun.react(card, chr(0x1F600 + n))
    with pytest.raises(Refused, match="30010"):
        await jieun.react(card, "✅")


async def test_history_comes_newest_first_in_pages_and_without_others_text(discord: LocalDiscord) -> None:
    jieun = discord.person("jieun")
    said = [(await jieun.say("deploys", str(n))).id for n in range(5)]
    base = f"/channels/{discord.ids['#deploys']}/messages"
    async with discord_client(discord) as call:

        async def page(query: str) -> list[str]:
            await call("GET", f"{base}?{query}")
            return [one["id"] for one in discord.journal.rest("GET")[-1].got]

        assert await page("limit=2") == said[:2:-1]
        assert await page(f"limit=2&before={said[3]}") == [said[2], said[1]]
        assert await page(f"limit=2&after={said[0]}") == [said[2], said[1]]
        assert await page(f"limit=3&around={said[2]}") == [said[3], said[2], said[1]]
        assert {one["content"] for one in discord.journal.rest("GET")[-1].got} == {""}
        assert await call("GET", f"{base}?limit=101") == (400, 50035)


async def test_a_deleted_message_is_unknown_and_the_bot_hears_of_it(discord: LocalDiscord, bot: BotProcess) -> None:
    await discord.person("jieun").command("card", text="short life")
    card = await discord.shows("deploys", "short life")
    await bot.hears("posted")
    discord.delete(card)
    assert (await bot.hears("deleted"))[0]["message"] == card.id
    await discord.person("jieun").command("edit", message=card.id, text="x")
    assert await bot.hears("failed") == [{"kind": "failed", "status": 404, "code": 10008}]


async def test_files_come_back_and_a_second_thread_is_refused(discord: LocalDiscord, bot: BotProcess) -> None:
    seen = await discord.person("jieun").command("file")
    assert seen.content == "see the file"
    assert [(one.filename, one.text, one.description) for one in seen.attachments] == [
        ("host.log", "line 1\nline 2", "log of the host")
    ]
    assert await bot.hears("failed") == [{"kind": "failed", "status": 400, "code": 160004}]
    card = await discord.shows("deploys", "card with a thread")
    assert [one.content for one in discord.messages(card.thread or "")] == ["inside"]


async def test_old_messages_are_edited_a_few_times_a_minute_only(discord: LocalDiscord) -> None:
    await post(discord, "old")
    path = f"/channels/{discord.ids['#deploys']}/messages/{discord.messages('deploys')[0].id}"
    discord.clock.advance(3601)
    async with discord_client(discord) as call:
        answers = [await call("PATCH", path, {"content": str(n)}) for n in range(4)]
        assert answers == [(200, 0)] * 3 + [(429, 30046)]
        discord.clock.advance(60)
        assert await call("PATCH", path, {"content": "again"}) == (200, 0)


async def test_a_role_change_shows_by_rest_and_only_with_the_members_intent_on_the_gateway(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    haneul = discord.person("haneul")
    discord.revoke(haneul, "oncall")
    seen = await discord.person("jieun").command("look", who=haneul)
    assert set(json.loads(seen.content)["roles"]) == {"@everyone", "deployer"}
    assert discord.journal.frames("GUILD_MEMBER_UPDATE") == []
    discord.kick(haneul)
    async with discord_client(discord) as call:
        assert await call("GET", f"/guilds/{discord.ids['guild']}/members/{haneul.id}") == (404, 10007)
    with pytest.raises(Refused, match="not in the guild"):
        await haneul.say("deploys", "still here?")


async def test_a_condition_that_stays_false_shows_the_screen(discord: LocalDiscord) -> None:
    await discord.person("jieun").say("deploys", "what is on the screen")
    with pytest.raises(Exception, match="what is on the screen"):
        await discord.until(lambda: False, deadline=0.1)
