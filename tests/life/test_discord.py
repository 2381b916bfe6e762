"""Discord is a screen: it may be slow, forbidden, gone or late, and the deploy is the same."""

from __future__ import annotations

from functools import partial

import pytest

from playground.discord import NoAnswer, Permission
from playground.host import until
from tests.life.conftest import having
from tests.life.house import House


@having(seconds="0.4")
async def test_a_gateway_that_drops_in_mid_deploy_changes_nothing(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    await house.card("staging")
    house.discord.drop_gateway(invalid_session=True)
    await house.card("Deployed")
    assert len(house.effects("staging")) == 1
    assert len(house.cards()) == 1
    await house.discord.until(lambda: house.discord.connected, 20)
    assert (await house.plan("jieun", "status", "staging")).text


async def test_a_tick_made_while_the_gateway_was_away_counts_when_it_is_back(house: House) -> None:
    card = await house.asked()
    house.discord.refuse_gateway()
    house.discord.drop_gateway(invalid_session=True)
    await house.haneul.react(card, "✅")
    house.discord.accept_gateway()
    await house.discord.until(lambda: "Deployed" in card.content, 30)


async def test_discord_that_answers_429_gets_the_card_once_and_late(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    house.discord.rate_limit_next(3, retry_after=0.3, method="POST", path="/channels/*/messages")
    await house.confirm("jieun", plan, "deploy", "staging")
    await house.card("Deployed", deadline=30)
    assert len(house.cards()) == 1


async def test_a_card_whose_answer_was_lost_is_not_sent_twice(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    house.discord.lose_next_answer("POST", "/channels/*/messages", loss="502")
    await house.confirm("jieun", plan, "deploy", "staging")
    await house.card("Deployed", deadline=30)
    assert len(house.cards()) == 1


@having(seconds="0.8")
async def test_discord_that_is_down_stops_no_running_deploy_and_hears_of_it_afterwards(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    await house.card("Deploying")
    await house.discord.offline()
    try:
        await until(partial(settled, house), 20, "the deploy waits for Discord")
        assert len(house.effects("staging")) == 1
    finally:
        await house.discord.online()
    await house.card("✅ Deployed", deadline=40)
    assert len(house.cards()) == 1
    await house.restart()  # discord.py's own pauses are long


async def settled(house: House) -> bool:
    """Discord is down, so nothing visible changes: the ledger is looked at."""
    return "settled" in house.audited()


async def test_discord_that_is_down_at_the_start_starts_nothing(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    house.discord.fail_next(503, 1000, "GET", "/guilds/*/members/*")
    await house.confirm("jieun", plan, "deploy", "staging")
    await house.card("staging")
    await house.discord.until(lambda: "could not be read from Discord" in house.cards()[0].text, 40)
    assert house.effects("staging") == []
    house.discord.no_faults()
    await house.card("Deployed", deadline=40)


async def test_without_authority_from_discord_nothing_starts_and_the_card_says_why(house: House) -> None:
    card = await house.asked()
    house.discord.fail_next(503, 1000, "GET", "/guilds/*/members/*")
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "could not be read from Discord" in card.text, 40)
    assert house.effects("prod") == []
    house.discord.no_faults()
    await house.discord.until(lambda: "Deployed" in card.content, 40)


async def test_a_channel_that_is_forbidden_is_replaced_by_the_fallback(house: House) -> None:
    house.discord.forbid("deploys", Permission.SEND_MESSAGES)
    try:
        await house.deploy("jieun", "staging", "v1")
        card = await house.card("Deployed", channel="fallback")
        assert card.buttons
        assert house.cards("deploys") == []
    finally:
        house.discord.allow("deploys", Permission.SEND_MESSAGES)


@having(seconds="0.5")
async def test_a_card_deleted_in_mid_deploy_is_posted_again(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    card = await house.card("staging")
    house.discord.delete(card)
    again = await house.card("Deployed", deadline=30)
    assert again.id != card.id
    assert len(house.effects("staging")) == 1


async def test_a_command_that_is_answered_too_late_does_nothing(house: House) -> None:
    asked = house.jieun.begin("lock", service=house.service, env="staging", reason="late")
    house.discord.clock.advance(4)
    with pytest.raises(NoAnswer):
        await house.discord.answer(asked, 4)
    assert "locked" not in house.audited()


async def test_a_confirm_that_is_older_than_three_seconds_starts_nothing(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    asked = house.jieun.press(plan, "Deploy to staging")
    house.discord.clock.advance(4)
    with pytest.raises(NoAnswer):
        await house.discord.answer(asked, 4)
    assert house.effects("staging") == []
    assert "confirmed" not in house.audited()


async def test_an_interaction_that_is_delivered_twice_is_one_order(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    asked = house.jieun.press(plan, "Deploy to staging")
    house.discord.deliver_again(asked)
    await house.card("Deployed")
    assert house.audited().count("confirmed") == 1


@pytest.mark.parametrize("where", ["elsewhere", "dm"])
async def test_a_click_from_another_server_or_a_direct_message_is_refused(house: House, where: str) -> None:
    card = await house.asked()
    approve = next(str(one.custom_id) for one in card.buttons if one.label == "Approve")
    answer = await house.discord.answer(house.haneul.forge(approve, card, where))  # type: ignore[arg-type]
    assert "configured server only" in answer.text
    assert house.effects("prod") == []
