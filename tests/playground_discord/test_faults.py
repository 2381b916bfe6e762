"""What goes wrong on purpose: 429, lost answers, a dropped or refused gateway, nothing there at all."""

import aiohttp
import pytest

from playground.discord import LocalDiscord, NoAnswer, Permission

from .conftest import BotProcess, discord_client


async def test_a_429_is_waited_for_and_the_message_arrives_once(discord: LocalDiscord, bot: BotProcess) -> None:
    discord.rate_limit_next(2, 0.2, "POST", "/channels/*/messages")
    await discord.person("jieun").command("card", text="patience")
    card = await discord.shows("deploys", "patience")
    statuses = [one.status for one in discord.journal.rest("POST", "/channels/{channel_id}/messages")]
    assert statuses == [429, 429, 200]
    assert discord.messages("deploys") == [card]


async def test_a_lost_answer_is_sent_again_with_the_same_nonce_and_makes_no_second_message(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    discord.lose_next_answer("POST", "/channels/*/messages", loss="502")
    await discord.person("jieun").command("card", text="once", nonce="n-1")
    await bot.hears("posted")
    calls = discord.journal.rest("POST", "/channels/{channel_id}/messages")
    assert [(one.status, one.sent["nonce"]) for one in calls] == [(502, "n-1"), (200, "n-1")]
    assert [one.content for one in discord.messages("deploys")] == ["once"]


async def test_without_a_nonce_a_lost_answer_doubles_the_message(discord: LocalDiscord) -> None:
    discord.lose_next_answer("POST", "/channels/*/messages", loss="502")
    path = f"/channels/{discord.ids['#deploys']}/messages"
    async with discord_client(discord) as call:
        assert await call("POST", path, {"content": "twice"}) == (502, 0)
        assert await call("POST", path, {"content": "twice"}) == (200, 0)
    assert [one.content for one in discord.messages("deploys")] == ["twice", "twice"]


async def test_a_nonce_is_forgotten_after_some_minutes(discord: LocalDiscord) -> None:
    path, body = f"/channels/{discord.ids['#deploys']}/messages", {"content": "x", "nonce": "1", "enforce_nonce": True}
    async with discord_client(discord) as call:
        for _ in range(2):
            assert await call("POST", path, body) == (200, 0)
        assert len(discord.messages("deploys")) == 1
        discord.clock.advance(301)
        await call("POST", path, body)
        assert len(discord.messages("deploys")) == 2
        await call("POST", path, {**body, "enforce_nonce": False})
        assert len(discord.messages("deploys")) == 3


async def test_a_dropped_answer_breaks_the_connection_after_the_effect(discord: LocalDiscord) -> None:
    discord.lose_next_answer("POST", "/channels/*/messages")
    async with discord_client(discord) as call:
        with pytest.raises(aiohttp.ClientError):
            await call("POST", f"/channels/{discord.ids['#deploys']}/messages", {"content": "there"})
    assert [one.content for one in discord.messages("deploys")] == ["there"]


async def test_a_failing_request_has_no_effect(discord: LocalDiscord) -> None:
    discord.fail_next(503)
    path = f"/channels/{discord.ids['#deploys']}/messages"
    async with discord_client(discord) as call:
        assert await call("POST", path, {"content": "not there"}) == (503, 0)
        assert discord.messages("deploys") == []
        assert await call("POST", path, {"content": "there"}) == (200, 0)


async def test_a_dropped_gateway_resumes_and_misses_nothing(discord: LocalDiscord, bot: BotProcess) -> None:
    discord.drop_gateway()
    await discord.until(lambda: not discord.connected)
    await discord.person("minsu").say("deploys", "while you were away")
    await bot.hears("resumed")
    assert await bot.hears("message") == [{"kind": "message", "author": "minsu", "content": ""}]
    assert discord.identified == 1


async def test_an_invalid_session_identifies_again_and_has_missed_what_happened(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    discord.drop_gateway(invalid_session=True)
    await discord.person("minsu").say("deploys", "while you were away")
    await bot.hears("ready", 2, deadline=20)
    assert bot.heard("message") == []
    assert discord.identified == 2


async def test_a_reconnect_request_ends_in_a_resume(discord: LocalDiscord, bot: BotProcess) -> None:
    discord.ask_to_reconnect()
    await bot.hears("resumed")
    assert discord.identified == 1


async def test_a_refused_gateway_is_tried_again_until_it_accepts(discord: LocalDiscord, bot: BotProcess) -> None:
    discord.refuse_gateway()
    discord.drop_gateway()
    await discord.until(lambda: not discord.connected)
    discord.accept_gateway()
    await bot.hears("resumed", deadline=20)


async def test_offline_refuses_everything_and_online_remembers_everything(discord: LocalDiscord) -> None:
    path = f"/channels/{discord.ids['#deploys']}/messages"
    async with discord_client(discord) as call:
        await call("POST", path, {"content": "before"})
        await discord.offline()
        with pytest.raises(aiohttp.ClientError):
            await call("GET", path)
        await discord.online()
        assert await call("GET", path) == (200, 0)
    assert [one.content for one in discord.messages("deploys")] == ["before"]


async def test_a_bot_that_was_offline_comes_back_by_itself(discord: LocalDiscord, bot: BotProcess) -> None:
    await discord.offline()
    with pytest.raises(NoAnswer):
        await discord.person("jieun").command("deploy", service="a", env="prod")
    await discord.online()
    await discord.until(lambda: discord.connected, 30)
    assert (await discord.person("jieun").command("deploy", service="a", env="prod")).content == "Deploy plan"


async def test_a_wrong_token_is_turned_away_at_both_doors(discord: LocalDiscord) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(discord.api + "/users/@me", headers={"Authorization": "Bot wrong"}) as response:
            assert (response.status, (await response.json())["code"]) == (401, 0)
        async with session.ws_connect(discord.gateway + "?v=10&encoding=json") as socket:
            assert (await socket.receive_json())["op"] == 10
            await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": {}}})
            await socket.receive()
            assert socket.close_code == 4004


async def test_a_privileged_intent_that_is_not_switched_on_closes_the_gateway(discord: LocalDiscord) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(discord.gateway) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": discord.token, "intents": 1 << 15, "properties": {}}})
        await socket.receive()
        assert socket.close_code == 4014


@pytest.mark.parametrize(
    ("missing", "body", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "x"}]}, 50013),
    ],
)
async def test_a_missing_permission_refuses_to_post(
    discord: LocalDiscord, missing: Permission, body: dict[str, object], code: int
) -> None:
    path = f"/channels/{discord.ids['#deploys']}/messages"
    async with discord_client(discord) as call:
        assert await call("POST", path, body) == (200, 0)
        discord.forbid("deploys", missing)
        assert await call("POST", path, body) == (403, code)
        discord.allow("deploys", missing)
        assert await call("POST", path, body) == (200, 0)


async def test_other_missing_permissions_refuse_reactions_reading_and_threads(discord: LocalDiscord) -> None:
    base = f"/channels/{discord.ids['#deploys']}/messages"
    card = await discord.person("jieun").say("deploys", "a card")
    one = f"{base}/{card.id}"
    doors = [
        (Permission.ADD_REACTIONS, "PUT", f"{one}/reactions/✅/@me", None),
        (Permission.READ_MESSAGE_HISTORY, "GET", one, None),
        (Permission.CREATE_PUBLIC_THREADS, "POST", f"{one}/threads", {"name": "t"}),
    ]
    async with discord_client(discord) as call:
        for permission, method, path, body in doors:
            discord.forbid("deploys", permission)
            assert await call(method, path, body) == (403, 50013)
            discord.allow("deploys", permission)
            assert (await call(method, path, body))[0] < 300
        assert await call("DELETE", one) == (403, 50013)
        assert await call("PATCH", one, {"content": "mine"}) == (403, 50005)
