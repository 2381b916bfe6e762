"""Quorums of several people: one person, one seat; time runs on whatever happens to votes."""

from __future__ import annotations

import re

from playground.discord import Seen
from tests.life.conftest import having
from tests.life.house import House

TWO = '{ roles = ["approver"], oncall = true, count = 2 }'
BOTH = '{ roles = ["approver"], count = 1 }, { oncall = true, count = 1 }'


def expiry(card: Seen) -> str:
    found = re.search(r"expires <t:(\d+):R>", card.text)
    assert found, card.text
    return found[1]


@having(groups=TWO)
async def test_one_person_by_reaction_and_by_button_fills_one_seat(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.haneul.click(card, "Approve")
    await house.discord.until(lambda: "Approved 1/2" in card.text)
    assert house.effects("prod") == []
    await house.sora.click(card, "Approve")
    await house.discord.until(lambda: "Deployed" in card.content, 20)
    assert "haneul" in card.text
    assert "sora" in card.text


@having(groups=BOTH)
async def test_two_groups_need_two_people_even_if_one_person_fits_both(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "Approved 1/2" in card.text)
    assert house.effects("prod") == []
    await house.sora.react(card, "✅")
    await house.discord.until(lambda: "Deployed" in card.content, 20)


async def test_a_button_that_is_pressed_again_takes_the_vote_back(house: House) -> None:
    await house.restart(groups=TWO)
    card = await house.asked()
    assert "Press again to take it back" in (await house.haneul.click(card, "Approve")).text
    await house.discord.until(lambda: "Approved 1/2" in card.text)
    assert "was taken back" in (await house.haneul.click(card, "Approve")).text
    await house.discord.until(lambda: "Approved 0/2" in card.text)
    await house.haneul.react(card, "❌")
    await house.ping("rejected")


@having(expires="4s")
async def test_at_half_time_the_role_is_pinged_once_and_then_it_expires(house: House) -> None:
    await house.deploy("jieun", "prod", "v1")
    nudge = await house.ping("Still waiting for approval")
    assert nudge.pings == ["@oncall"]
    assert (await house.ping("expired")).pings == ["jieun"]
    assert len([one for one in house.cards() if "Still waiting" in one.content]) == 1
    assert house.effects("prod") == []


@having(expires="6s", hold="3s")
async def test_losing_the_quorum_never_extends_the_expiry(house: House) -> None:
    card = await house.asked()
    before = expiry(card)
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "starts in" in card.text)
    await house.haneul.unreact(card, "✅")
    await house.discord.until(lambda: "Approved 0/1" in card.text)
    assert expiry(card) == before
    await house.ping("expired")
    assert house.effects("prod") == []


@having(hold="3s")
async def test_cancel_wins_during_the_hold(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "starts in" in card.text)
    await house.jieun.click(card, "Cancel")
    await house.discord.until(lambda: "🛑" in card.content)
    assert house.effects("prod") == []


async def test_a_requester_who_lost_the_role_while_waiting_does_not_get_a_start(house: House) -> None:
    card = await house.asked()
    house.discord.revoke(house.jieun, "deployer")
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "🛑" in card.content, 20)
    assert "requester lost the role" in card.text
    assert house.effects("prod") == []


async def test_an_approver_and_a_canceller_at_the_same_moment_leave_one_winner(house: House) -> None:
    card = await house.asked()
    pressed = [house.haneul.press(card, "Approve"), house.sora.press(card, "Reject")]
    for one in pressed:
        await house.discord.answer(one)
    await house.discord.until(lambda: "Deployed" in card.content or "rejected" in card.content, 20)
    started = len(house.effects("prod", "begin"))
    assert started == (1 if "Deployed" in card.content else 0)
    assert house.audited().count("settled") == 1
