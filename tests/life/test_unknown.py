"""When nobody can tell: keep looking, hold the target, page once, and never call it green."""

from __future__ import annotations

import pytest

from playground.discord import Answer, Seen
from tests.life.conftest import having
from tests.life.house import House

pytestmark = having(seconds="0.4", page="true")


async def lost(house: House) -> Seen:
    """A deploy whose platform went away in the middle; its grey card."""
    await house.deploy("jieun", "staging", "v1")
    await house.card("Deploying")
    house.fault("staging", "unreachable")
    return await house.titled("result needs checking")


async def settle(house: House, card: Seen, who: str = "haneul", reason: str = "looked at the server") -> Answer:
    person = house.discord.person(who)
    opened = await person.click(card, "Settle result")
    assert opened.modal is not None
    return await person.submit(opened.modal, {"reason": reason})


async def test_a_target_that_went_away_in_mid_deploy_is_unknown_and_pages_once(house: House) -> None:
    card = await lost(house)
    assert "Nothing is retried" in card.text
    assert [button.label for button in card.buttons] == ["Check again", "Roll back to 0000000", "Settle result"]
    ping = await house.ping("now: not known")
    assert ping.pings == ["jieun", "@oncall"]
    assert len([one for one in house.cards() if one.pings]) == 1


async def test_an_unknown_target_refuses_new_deploys_until_the_result_is_known(house: House) -> None:
    await lost(house)
    house.fault("staging", None)
    card = await house.card("Deployed", deadline=30)
    assert "✅" in card.content
    assert len(house.effects("staging", "begin")) == 1
    assert {"unknown", "found_again"} <= set(house.audited())


async def test_check_again_looks_now_and_says_when_it_still_cannot_tell(house: House) -> None:
    card = await lost(house)
    answer = await house.haneul.click(card, "Check again")
    assert "cannot be reached" in answer.text or "still cannot be read" in answer.text
    house.fault("staging", None)
    answer = await house.jieun.click(card, "Check again")
    assert "was read again" in answer.text
    await house.card("Deployed")


async def test_settling_too_early_is_refused_and_then_ends_it_never_green(house: House) -> None:
    card = await lost(house)
    early = await settle(house, card)
    assert "Slipway is still looking" in early.text
    await house.ping("Still needs somebody")
    refused = await settle(house, card, "visitor")
    assert "You may not settle" in refused.text
    done = await settle(house, card)
    assert "Not recorded as a success" in done.text
    red = await house.titled("settled by a person")
    assert "looked at the server" in red.text
    assert "haneul" in red.text
    assert not [one for one in house.cards() if "✅" in one.content]
    assert house.rows()[-1].action == "settled"
    house.fault("staging", None)
    await house.deploy("jieun", "staging", "v2")
    await house.card("Deployed")


async def test_a_platform_that_answers_overrules_the_person_who_settles(house: House) -> None:
    card = await lost(house)
    await house.ping("Still needs somebody")
    opened = await house.haneul.click(card, "Settle result")
    house.fault("staging", None)
    assert opened.modal is not None
    answer = await house.haneul.submit(opened.modal, {"reason": "it looked dead"})
    assert "a person does not decide" in answer.text or "already over" in answer.text  # it looks by itself meanwhile
    await house.card("Deployed")
    assert "settled_by_person" not in str(house.rows())


async def test_an_unknown_that_nobody_ends_escalates_to_the_role_once(house: House) -> None:
    await lost(house)
    ping = await house.ping("Still needs somebody", deadline=30)
    assert "@oncall" in ping.pings


@having(seconds="0.4", fail_at="restart")
async def test_a_job_that_died_on_the_server_is_decided_by_what_runs(house: House) -> None:
    house.fault("staging", "interrupted")
    await house.deploy("jieun", "staging", "v1")
    card = await house.titled("App deploy", deadline=30)
    await house.discord.until(lambda: card.buttons and "Stop" not in card.buttons[0].label, 30)
    assert "✅" not in card.content


@having(seconds="0.3", timeout="2s", fail_at="install")
async def test_a_step_that_hangs_is_stopped_at_its_deadline_and_the_old_version_serves(house: House) -> None:
    house.fault("staging", "hang")
    await house.deploy("jieun", "staging", "v1")
    await house.titled("previous version still healthy", deadline=30)
    assert [effect["event"] for effect in house.effects("staging")] == ["begin", "stop"]


@pytest.mark.parametrize("who", ["visitor", "admin"])
async def test_a_stranger_can_neither_check_again_nor_settle(house: House, who: str) -> None:
    card = await lost(house)
    answer = await house.discord.person(who).click(card, "Check again")
    assert "You may not" in answer.text
    answer = await settle(house, card, who)
    assert "You may not settle" in answer.text
