"""Somebody deploys past Slipway: /status says so, and its two buttons end it."""

from __future__ import annotations

from tests.life.house import House

HAND = "d" * 40


async def test_what_runs_is_accepted_and_told_in_the_history(house: House) -> None:
    await house.shipped("jieun", "v1")
    house.by_hand("staging", HAND)
    status = await house.plan("haneul", "status", "staging")
    answer = await house.haneul.click(status, "Accept what runs")
    assert "Accepted" in answer.text
    assert "accepted" in house.audited()
    after = await house.plan("jieun", "status", "staging")
    assert "Drift" not in after.text
    assert not any(button.label == "Accept what runs" for button in after.buttons)
    history = await house.plan("jieun", "history", "staging")
    assert "accepted what runs" in history.text


async def test_what_is_recorded_is_restored_by_one_confirm_of_on_call_alone(house: House) -> None:
    await house.approved()
    recorded = house.effects("prod", "begin")[-1]["to"]
    house.by_hand("prod", HAND)
    status = await house.plan("haneul", "status", "prod")
    opened = await house.haneul.click(status, "Restore what is recorded")
    assert opened.message is not None
    assert "Drift: recorded" in opened.text
    await house.confirm("haneul", opened.message, "rollback", "prod")
    await house.card("Rolled back")
    assert house.effects("prod", "begin")[-1]["to"] == recorded
    stranger = await house.plan("visitor", "status", "prod")
    assert not any(button.label == "Restore what is recorded" for button in stranger.buttons)
