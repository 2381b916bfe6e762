"""Interactions: late, twice, forged, from elsewhere; then what people normally do."""

import json

import pytest

from playground.discord import LocalDiscord, NoAnswer, Refused, Rules

from .conftest import BotProcess, discord_client


@pytest.fixture
def rules() -> Rules:
    return Rules(acknowledge=1.5)


async def test_a_late_answer_is_an_unknown_interaction_and_the_person_sees_no_response(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    with pytest.raises(NoAnswer, match="did not respond"):
        await discord.person("jieun").command("slow", seconds=2.5)
    assert await bot.hears("failed") == [{"kind": "failed", "status": 404, "code": 10062}]
    assert discord.messages("deploys") == []


async def test_a_second_callback_is_refused_as_already_acknowledged(discord: LocalDiscord, bot: BotProcess) -> None:
    seen = await discord.person("jieun").command("slow", seconds=0, twice=True)
    assert await bot.hears("failed") == [{"kind": "failed", "status": 400, "code": 40060}]
    assert [one.content for one in discord.messages("deploys")] == [seen.content] == ["late"]


async def test_the_same_interaction_delivered_twice_is_answered_once(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    plan = await jieun.command("deploy", service="a", env="prod")
    answer = await jieun.click(plan, "Approve")
    discord.deliver_again(answer.interaction)
    path = "/interactions/{interaction_id}/{interaction_token}/callback"
    await discord.until(lambda: [one for one in discord.journal.rest("POST", path) if one.status == 400])
    assert discord.journal.rest("POST", path)[-1].got["code"] == 40060


async def test_an_expired_token_no_longer_edits_the_answer(discord: LocalDiscord, bot: BotProcess) -> None:
    interaction = discord.person("jieun").begin("deploy", service="a", env="prod")
    await discord.until(lambda: interaction.filled)
    discord.clock.advance(15 * 60 + 1)
    async with discord_client(discord) as client:
        path = f"/webhooks/{discord.ids['application']}/{interaction.token}/messages/@original"
        assert await client("PATCH", path, {"content": "late"}) == (401, 50027)
    assert interaction.original is not None
    assert interaction.original.content == "Deploy plan"


async def test_a_killed_bot_leaves_people_without_answer_and_the_next_one_serves_old_buttons(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    jieun = discord.person("jieun")
    plan = await jieun.command("deploy", service="a", env="prod")
    await bot.kill()
    with pytest.raises(NoAnswer):
        await jieun.click(plan, "Approve")
    await bot.start()
    await bot.hears("ready", 2, deadline=20)
    assert (await jieun.click(plan, "Approve")).text == "approved by jieun"


async def test_a_forged_click_arrives_with_the_place_it_claims(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    await jieun.command("card", text="a card")
    card = await discord.shows("deploys", "a card")
    for where, context in (("guild", 0), ("elsewhere", 0), ("dm", 1)):
        answer = await discord.answer(jieun.forge("t:approve", card, where))
        assert answer.text == "approved by jieun"
        assert answer.interaction.payload["context"] == context
    assert "guild_id" not in jieun.last.payload
    assert discord.journal.frames("INTERACTION_CREATE")[-2].payload["d"]["guild_id"] != discord.ids["guild"]


async def test_an_ephemeral_answer_is_nobody_elses_and_no_channel_route_finds_it(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    plan = await discord.person("jieun").command("deploy", service="a", env="prod")
    minsu = discord.person("minsu")
    assert minsu.sees() == []
    with pytest.raises(Refused):
        await minsu.click(plan, "Approve")
    with pytest.raises(Refused, match="ephemeral"):
        await discord.person("jieun").react(plan, "✅")
    async with discord_client(discord) as client:
        base = f"/channels/{discord.ids['#deploys']}/messages"
        assert await client("GET", f"{base}/{plan.id}") == (404, 10008)
        assert await client("PATCH", f"{base}/{plan.id}", {"content": "x"}) == (404, 10008)
        assert await client("GET", base) == (200, 0)
        assert discord.journal.rest("GET")[-1].got == []
    assert discord.journal.frames("MESSAGE_CREATE") == []


async def test_what_the_client_would_not_send_is_refused(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    for given in ({"service": "a"}, {"service": 1, "env": "prod"}, {"service": "a", "env": "moon"}, {"nonsense": "x"}):
        with pytest.raises(Refused):
            await jieun.command("deploy", **given)
    with pytest.raises(Refused, match="no command"):
        await jieun.command("unknown")
    with pytest.raises(Refused, match="direct messages"):
        await jieun.command("deploy", where="dm", service="a", env="prod")
    with pytest.raises(Refused, match="between"):
        await jieun.command("slow", seconds=9.0)
    plan = await jieun.command("deploy", service="a", env="Production")
    with pytest.raises(Refused, match="disabled"):
        await jieun.click(plan, "Off")
    with pytest.raises(Refused, match="link"):
        await jieun.click(plan, "Docs")


async def test_a_button_updates_its_message_at_once_or_later(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    plan = await jieun.command("deploy", service="a", env="prod")
    assert (await jieun.click(plan, "Update")).kind == "update"
    assert plan.content == "updated"
    assert (await jieun.click(plan, "Later")).kind == "update"
    assert plan.content == "updated later"
    assert [look.content for look in plan.edits] == ["Deploy plan", "updated"]


async def test_a_modal_opens_checks_its_text_and_is_answered(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    plan = await jieun.command("deploy", service="a", env="prod")
    answer = await jieun.click(plan, "Ask")
    assert answer.modal is not None
    assert answer.modal.title == "Why?"
    assert [one.label for one in answer.modal.fields] == ["Reason"]
    with pytest.raises(Refused, match="required"):
        await jieun.submit(answer.modal, {})
    with pytest.raises(Refused, match="characters"):
        await jieun.submit(answer.modal, {"reason": "no"})
    sent = await jieun.submit(answer.modal, {"Reason": "it is urgent"})
    assert sent.text == "because it is urgent"


async def test_autocomplete_hears_the_other_options_and_offers_at_most_25(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    jieun = discord.person("jieun")
    offered = await jieun.autocomplete("deploy", "version", "", service="ai", env="prod")
    assert [one.value for one in offered] == ["ai-main", "ai-dev"]
    with pytest.raises(NoAnswer):
        await jieun.autocomplete("deploy", "version", "24", service="ai")


async def test_a_select_gives_its_value(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    plan = await jieun.command("deploy", service="a", env="prod")
    assert (await jieun.select(plan, ["One"])).text == "picked 1"
    with pytest.raises(Refused, match="on offer"):
        await jieun.select(plan, ["Three"])


async def test_a_user_option_arrives_with_its_member(discord: LocalDiscord, bot: BotProcess) -> None:
    seen = await discord.person("jieun").command("look", who=discord.person("haneul"))
    assert set(json.loads(seen.content)["roles"]) == {"@everyone", "deployer", "oncall"}


async def test_a_deferred_answer_that_never_comes_is_no_answer(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun = discord.person("jieun")
    with pytest.raises(NoAnswer, match="still waiting"):
        await jieun.command("slow", seconds=-1.0, deadline=2)
    assert jieun.sees()[-1].thinking


async def test_a_callback_that_does_not_fit_the_question_is_refused(discord: LocalDiscord, bot: BotProcess) -> None:
    await bot.kill()
    asked = discord.person("jieun").begin("deploy", service="a", env="prod")
    path = f"/interactions/{asked.id}/{asked.token}/callback"
    async with discord_client(discord) as call:
        for body in ({"type": 7, "data": {}}, {"type": 8, "data": {}}, {"type": 99}, {"type": "x"}):
            assert await call("POST", path, body) == (400, 50035)
        assert await call("POST", path.replace(asked.token, "other"), {"type": 4}) == (404, 10062)
        hook = f"/webhooks/{discord.ids['application']}/{asked.token}"
        assert await call("POST", hook, {"content": "too early"}) == (404, 10015)
        assert await call("POST", path, {"type": 5, "data": {"flags": 64}}) == (204, 0)
        assert await call("POST", hook + "?wait=true", {"content": "fills it"}) == (200, 0)
        assert await call("POST", hook + "?wait=true", {"content": "a second one"}) == (200, 0)
    assert [one.content for one in discord.person("jieun").sees()] == ["fills it", "a second one"]
    assert [one.content for one in discord.messages("deploys")] == ["a second one"]
