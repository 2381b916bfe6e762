"""Production needs a second person: by reaction or by button, never the requester, read again at the start."""

from __future__ import annotations

import pytest

from tests.life.conftest import having
from tests.life.house import House


async def test_a_strangers_tick_does_not_count_and_the_card_says_so(house: House) -> None:
    card = await house.asked()
    await house.visitor.react(card, "✅")
    await house.discord.until(lambda: "Not counted" in card.embeds[0].description)
    assert "visitor" in card.embeds[0].description
    assert house.effects("prod") == []


async def test_the_requester_cannot_approve_by_button_or_by_reaction(house: House) -> None:
    card = await house.asked("minsu")
    answer = await house.minsu.click(card, "Approve")
    assert "본인이 요청한 배포" in answer.text
    await house.minsu.react(card, "✅")
    await house.discord.until(lambda: "Not counted" in card.embeds[0].description)
    assert house.effects("prod") == []


@pytest.mark.parametrize("burst", [False, True])
async def test_the_on_calls_tick_starts_the_deploy(house: House, burst: bool) -> None:
    card = await house.asked()
    assert "oncall" in " ".join(card.pings)
    await house.haneul.react(card, "✅", burst=burst)
    await house.discord.until(lambda: "Deployed" in card.content)
    assert len(house.effects("prod")) == 1


async def test_an_equal_button_starts_it_too(house: House) -> None:
    card = await house.asked()
    await house.haneul.click(card, "Approve")
    await house.discord.until(lambda: "Deployed" in card.content)


async def test_an_eligible_no_is_final_and_pings_the_requester(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "❌")
    ping = await house.ping("rejected")
    assert "jieun" in ping.pings
    await house.haneul.react(card, "✅")
    assert house.effects("prod") == []


async def test_the_requesters_no_is_a_cancel(house: House) -> None:
    card = await house.asked()
    await house.jieun.react(card, "❌")
    await house.card("cancelled")
    assert house.effects("prod") == []


@having(hold="2s")
async def test_a_vote_taken_back_during_the_hold_stops_the_start(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "starts in" in card.content + card.embeds[0].description)
    await house.haneul.unreact(card, "✅")
    await house.discord.until(lambda: "0/1" in card.embeds[0].description)
    assert house.effects("prod") == []
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "Deployed" in card.content)


@having(hold="2s")
async def test_a_role_lost_during_the_hold_sends_it_back_to_waiting(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "starts in" in card.content + card.embeds[0].description)
    house.discord.revoke(house.haneul, "approver")
    house.discord.revoke(house.haneul, "oncall")
    await house.discord.until(lambda: "Not counted" in card.embeds[0].description)
    assert house.effects("prod") == []


async def test_a_tick_made_while_the_bot_was_away_is_read_again_by_rest(house: House) -> None:
    card = await house.asked()
    await house.bot.kill()
    await house.haneul.react(card, "✅")
    await house.start()
    await house.discord.until(lambda: "Deployed" in card.content)


@having(hold="20s")
async def test_a_tick_taken_back_while_the_bot_was_away_does_not_start_anything(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "starts in" in card.content + card.embeds[0].description)
    await house.bot.kill()
    await house.haneul.unreact(card, "✅")
    await house.start()
    await house.discord.until(lambda: "0/1" in card.embeds[0].description)
    assert house.effects("prod") == []


@having(expires="2s")
async def test_a_request_that_nobody_answers_expires_and_says_so(house: House) -> None:
    await house.deploy("jieun", "prod", "v1")
    ping = await house.ping("expired")
    assert "jieun" in ping.pings
    assert house.effects("prod") == []


async def test_a_deleted_approval_card_is_a_cancel(house: House) -> None:
    card = await house.asked()
    house.discord.delete(card)
    await house.card("cancelled")
    assert house.effects("prod") == []


async def test_a_tick_on_a_copied_message_is_nothing(house: House) -> None:
    card = await house.asked()
    copy = await house.visitor.say("deploys", card.content)
    await house.haneul.react(copy, "✅")
    other = await house.jieun.command("status", service=house.service, env="prod")
    assert other.ephemeral
    assert house.effects("prod") == []


async def test_a_look_alike_emoji_does_not_count(house: House) -> None:
    card = await house.asked()
    for emoji in ("☑️", "✔️", "🟩"):
        await house.haneul.react(card, emoji)
    await house.jieun.command("status", service=house.service, env="prod")
    assert house.effects("prod") == []
    assert "0/1" in card.embeds[0].description


async def test_a_rollback_to_a_verified_version_needs_no_approval(house: House) -> None:
    for version in ("v1", "v2"):
        card = await house.asked(version=version)
        await house.haneul.react(card, "✅")
        await house.discord.until(lambda card=card: "Deployed" in card.content)
    plan = await house.haneul.command("rollback", service=house.service, env="prod")
    await house.haneul.click(plan, "Confirm rollback")
    await house.card("Rolled back")
    starts = [effect["to"] for effect in house.effects("prod", "begin")]
    assert starts[2] == starts[0]
