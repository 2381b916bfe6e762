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
    approver = house.discord.role("approver").id
    await house.discord.until(lambda: f"Groups: <@&{approver}> 0/1 · on-call 0/1" in card.text)
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "Approved 1/2" in card.text)
    assert f"Groups: <@&{approver}> 1/1 · on-call 0/1" in card.text
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


# Who holds the role and does not count


async def test_the_requesters_second_account_approves_nothing(house: House) -> None:
    card = await house.asked()
    await house.second.react(card, "✅")
    await house.discord.until(lambda: "Not counted: ✅ second (the requester)" in card.text)
    refused = await house.second.click(card, "Approve")
    assert "cannot approve your own request" in refused.text
    assert "Approved 0/1" in card.text
    assert house.effects("prod") == []


@having(approve='cooloff = "24h"')
async def test_a_role_that_was_granted_tonight_approves_nothing_tonight(house: House) -> None:
    house.discord.grant(house.visitor, "approver", ago=3600)
    card = await house.asked()
    await house.visitor.react(card, "✅")
    await house.discord.until(lambda: "Not counted: ✅ visitor (role granted too recently)" in card.text)
    refused = await house.visitor.click(card, "Approve")
    assert "does not count: role granted too recently" in refused.text
    assert house.effects("prod") == []
    await house.sora.react(card, "✅")
    await house.discord.until(lambda: "Deployed" in card.content, 20)
    told = [row.facts["uncounted"] for row in house.rows() if row.action == "vote_uncounted"]
    assert told == ["new_role"]


@having(approve='cooloff = "24h"')
async def test_while_the_audit_log_is_silent_nobody_approves_by_a_role(house: House) -> None:
    card = await house.asked()
    house.discord.fail_next(503, n=100, path="*/audit-logs")
    await house.sora.react(card, "✅")
    await house.discord.until(lambda: "✅ sora (age of the role cannot be read)" in card.text, 20)
    assert house.effects("prod") == []
    house.discord.no_faults()
    await house.minsu.react(card, "✅")
    await house.discord.until(lambda: "Deployed" in card.content, 20)


@having(approve="authors = false", authors='["Haneul@Example.org"]')
async def test_whoever_wrote_it_does_not_approve_it(house: House) -> None:
    card = await house.asked()
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "Not counted: ✅ haneul (author of a commit in it)" in card.text)
    assert house.effects("prod") == []
    await house.sora.react(card, "✅")
    await house.discord.until(lambda: "Deployed" in card.content, 20)


async def test_a_rejection_is_one_tap_and_its_reason_follows_onto_the_card(house: House) -> None:
    card = await house.asked()
    answer = await house.sora.click(card, "Reject")
    await house.ping("rejected")
    assert answer.message is not None
    form = await house.sora.click(answer.message, "Add a reason")
    assert form.modal is not None
    said = await house.sora.submit(form.modal, {"reason": "@everyone wait for the migration"})
    assert "stands on the card" in said.text
    await house.discord.until(lambda: "❌ sora: ＠everyone wait for the migration" in card.text)
    assert "vote_reason" in house.audited()


@having(requests="3")
async def test_the_fourth_request_that_nobody_needed_is_refused(house: House) -> None:
    await _withdrawn(house)
    for n in range(3):
        await house.deploy("minsu", "prod", f"v{n}")
        card = await house.card("Approval needed")
        await house.discord.until(lambda card=card: {"✅", "❌"} <= set(card.reactions))
        await house.minsu.react(card, "❌")
        await house.discord.until(lambda card=card: "🛑" in card.content)
    refused = await house.deploy("minsu", "prod", "v9")
    assert "승인 요청이 너무 많습니다" in refused.text
    assert "그만둔 요청 3개" in refused.text
    assert house.refused()[-1] == "too_many_requests"


async def _withdrawn(house: House) -> None:
    """What minsu left open in other stories: it counts wherever it is."""
    for card in house.discord.messages("deploys"):
        if "Approval needed" in card.content and "by minsu" in card.content:
            await house.minsu.react(card, "❌")
            await house.discord.until(lambda card=card: "🛑" in card.content)
