"""The world behind the wire: ids, permissions, other bots, intents, the journal's bound."""

import aiohttp
import pytest

from playground.discord import LocalDiscord, MemberSpec, Permission, Refused, RestCall, Rules, World
from playground.discord.errors import ApiError
from playground.discord.gateway.intents import hears
from playground.discord.journal import Journal
from playground.discord.permissions import need, within
from playground.discord.snowflakes import Clock, Snowflakes, seconds_of
from playground.discord.state.guild import Channel

from .conftest import BotProcess, discord_client


def test_ids_only_ever_grow_and_tell_the_time() -> None:
    clock = Clock()
    ids = Snowflakes(clock)
    made = [int(ids.next()) for _ in range(5000)]
    assert made == sorted(set(made))
    clock.advance(3600)
    assert abs(seconds_of(ids.next()) - clock.now()) < 1


def test_ids_are_known_before_the_start_and_can_be_given() -> None:
    world = World(guild_id="77", people=(MemberSpec("jieun", id="55"), MemberSpec("minsu")))
    ids = World.ids(world)
    assert (ids["guild"], ids["jieun"]) == ("77", "55")
    assert ids == LocalDiscord(world).ids
    assert len(set(ids.values())) == len(ids)


def test_a_members_overwrite_beats_a_roles_and_a_role_beats_everyone() -> None:
    discord = LocalDiscord()
    guild, channel = discord.state.guild, discord.channel("deploys")
    haneul = discord.state.member(discord.person("haneul").id)
    send = int(Permission.SEND_MESSAGES)
    channel.overwrites = {guild.id: (0, send)}
    assert not within(guild, haneul, channel) & send
    channel.overwrites[discord.role("oncall").id] = (send, 0)
    assert within(guild, haneul, channel) & send
    channel.overwrites[haneul.user.id] = (0, send)
    assert not within(guild, haneul, channel) & send
    thread = Channel("1", "t", guild.id, parent_id=channel.id)
    assert within(guild, haneul, thread) == within(guild, haneul, channel)


def test_who_cannot_view_a_channel_can_do_nothing_in_it() -> None:
    discord = LocalDiscord()
    discord.forbid("deploys", Permission.VIEW_CHANNEL)
    channel = discord.channel("deploys")
    assert within(discord.state.guild, discord.state.me, channel) == 0
    with pytest.raises(ApiError, match="50001"):
        need(discord.state.guild, discord.state.me, channel, Permission.SEND_MESSAGES)


@pytest.mark.parametrize(
    ("event", "bit", "in_guild"),
    [
        ("MESSAGE_CREATE", 1 << 9, True),
        ("MESSAGE_CREATE", 1 << 12, False),
        ("MESSAGE_REACTION_ADD", 1 << 10, True),
        ("GUILD_MEMBER_UPDATE", 1 << 1, True),
        ("CHANNEL_UPDATE", 1 << 0, True),
    ],
)
def test_an_event_needs_its_own_intent(event: str, bit: int, in_guild: bool) -> None:
    channel = Channel("1", "c", "9" if in_guild else None)
    assert hears(bit, event, channel)
    assert not hears(~bit & (1 << 20) - 1, event, channel)
    assert hears(0, "INTERACTION_CREATE", None)


async def test_another_bot_posts_a_look_alike_card_and_people_only_text() -> None:
    world = World(people=(MemberSpec("jieun"), MemberSpec("mimic", bot=True)))
    async with LocalDiscord(world) as discord:
        card = {"embeds": [{"title": "Approval needed"}]}
        seen = await discord.person("mimic").say("deploys", "copied", **card)
        assert seen.embeds[0].title == "Approval needed"
        with pytest.raises(Refused, match="text only"):
            await discord.person("jieun").say("deploys", "copied", **card)
        async with discord_client(discord) as call:
            path = f"/channels/{discord.ids['#deploys']}/messages/{seen.id}"
            assert await call("PATCH", path, {"content": "mine"}) == (403, 50005)


async def test_a_persons_missing_permission_hides_commands_and_channels(discord: LocalDiscord) -> None:
    jieun, guild = discord.person("jieun"), discord.ids["guild"]
    async with discord_client(discord) as call:
        path = f"/applications/{discord.ids['application']}/guilds/{guild}/commands"
        body = {"name": "admin", "description": "d", "default_member_permissions": "0"}
        assert await call("POST", path, body) == (201, 0)
    with pytest.raises(Refused, match="not offered"):
        jieun.begin("admin")
    discord.channel("deploys").overwrites[guild] = (0, int(Permission.VIEW_CHANNEL))
    with pytest.raises(Refused, match="does not see"):
        jieun.sees("deploys")


async def test_localisations_are_only_listed_when_asked_for(discord: LocalDiscord) -> None:
    path = f"/applications/{discord.ids['application']}/guilds/{discord.ids['guild']}/commands"
    body = [{"name": "deploy", "description": "d", "name_localizations": {"ko": "배포"}}]
    async with discord_client(discord) as call:
        await call("PUT", path, body)
        await call("GET", path)
        assert "name_localizations" not in discord.journal.rest("GET")[-1].got[0]
        await call("GET", f"{path}?with_localizations=true")
        assert discord.journal.rest("GET")[-1].got[0]["name_localizations"] == {"ko": "배포"}


async def test_a_resync_keeps_the_id_of_a_command_and_drops_what_is_no_longer_there(discord: LocalDiscord) -> None:
    path = f"/applications/{discord.ids['application']}/guilds/{discord.ids['guild']}/commands"
    one, other = {"name": "one", "description": "d"}, {"name": "other", "description": "d"}
    async with discord_client(discord) as call:
        await call("PUT", path, [one, other])
        first = {each["name"]: each["id"] for each in discord.commands}
        await call("PUT", path, [{**one, "description": "changed"}])
    assert [(each["name"], each["id"]) for each in discord.commands] == [("one", first["one"])]


async def test_an_upload_is_served_back_while_its_message_stands(discord: LocalDiscord) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"attachments": [{"id": 0, "filename": "host.log"}]}')
    form.add_field("files[0]", b"line", filename="host.log", content_type="application/octet-stream")
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        path = f"{discord.api}/channels/{discord.ids['#deploys']}/messages"
        async with session.post(path, data=form) as response:
            url = (await response.json())["attachments"][0]["url"]
        async with session.get(url) as file:
            assert await file.read() == b"line"
        discord.delete(discord.messages("deploys")[0])
        async with session.get(url) as file:
            assert file.status == 404


async def test_an_edit_keeps_the_files_that_it_does_not_name_away(discord: LocalDiscord, bot: BotProcess) -> None:
    await discord.person("jieun").command("file")
    card = await discord.shows("deploys", "card with a thread")
    path = f"/channels/{discord.ids['#deploys']}/messages/{card.id}"
    async with discord_client(discord) as call:
        assert await call("PATCH", path, {"content": "changed"}) == (200, 0)
        assert [one.filename for one in card.attachments] == ["x.txt"]
        assert await call("PATCH", path, {"attachments": []}) == (200, 0)
        assert card.attachments == []


async def test_a_file_over_the_limit_is_too_large() -> None:
    async with LocalDiscord(rules=Rules(attachment_bytes=3)) as discord, aiohttp.ClientSession() as session:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("files[0]", b"line", filename="host.log")
        headers = {"Authorization": f"Bot {discord.token}"}
        path = f"{discord.api}/channels/{discord.ids['#deploys']}/messages"
        async with session.post(path, data=form, headers=headers) as response:
            assert (response.status, (await response.json())["code"]) == (413, 40005)


async def test_unknown_things_have_their_own_codes(discord: LocalDiscord) -> None:
    channel, message = f"/channels/{discord.ids['#deploys']}", "/messages/1"
    async with discord_client(discord) as call:
        assert await call("GET", "/channels/1") == (404, 10003)
        assert await call("GET", channel + message) == (404, 10008)
        assert await call("GET", "/guilds/1") == (404, 10004)
        assert await call("GET", f"/guilds/{discord.ids['guild']}/members/1") == (404, 10013)
        assert await call("POST", "/interactions/1/token/callback", {"type": 4}) == (404, 10062)
        assert await call("PATCH", f"/webhooks/{discord.ids['application']}/t/messages/@original", {}) == (404, 10015)
        assert await call("GET", "/no/such/route") == (404, 0)


def test_the_journal_keeps_the_newest_only() -> None:
    journal = Journal(3)
    for n in range(5):
        journal.add(RestCall(n, "GET", f"/{n}", None, {}, None, 200, None))
    assert [one.path for one in journal.rest()] == ["/2", "/3", "/4"]
