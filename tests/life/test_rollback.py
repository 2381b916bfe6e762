"""Going back: always to a version that was healthy here, never at one tap, never over somebody's head."""

from __future__ import annotations

from tests.life.conftest import having
from tests.life.house import House


def to(house: House, env: str = "staging") -> list[str]:
    return [effect["to"] for effect in house.effects(env, "begin")]


@having(running="")
async def test_a_target_with_nothing_to_go_back_to_says_so_on_the_plan_and_refuses_a_rollback(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    assert "No rollback: no version to return to" in plan.text
    answer = await house.plan("jieun", "rollback", "staging")
    assert "no verified version to return to" in answer.text
    assert "Nothing was changed" in answer.text
    assert house.refused() == ["no_rollback"]


async def test_first_contact_records_what_runs_so_that_even_the_first_deploy_can_go_back(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    assert "observed, deployed outside Slipway" in plan.text
    assert "Rollback ready: 0000000 (verified)" in plan.text
    await house.confirm("jieun", plan, "deploy", "staging")
    card = await house.card("Deployed")
    opened = await house.jieun.click(card, "Roll back to 0000000")
    assert opened.message is not None
    await house.confirm("jieun", opened.message, "rollback", "staging")
    await house.card("Rolled back")
    assert to(house)[-1] == "0" * 40


async def test_a_rollback_opens_a_plan_and_does_nothing_at_one_tap(house: House) -> None:
    card = await house.shipped("jieun", "v1", "v2")
    before = len(house.effects("staging"))
    answer = await house.jieun.click(card, "Roll back to")
    assert answer.message is not None
    assert answer.message.ephemeral
    assert "Rollback plan" in answer.text
    assert len(house.effects("staging")) == before


async def test_a_rollback_skips_versions_that_were_withdrawn_or_never_healthy(house: House) -> None:
    await house.shipped("jieun", "v1", "v2", "v3")
    one, two, three = to(house)
    await house.rollback("jieun", "staging")
    await house.times("Rolled back", 1)
    await house.rollback("jieun", "staging")
    await house.times("Rolled back", 2)
    assert to(house)[3:] == [two, one]
    for withdrawn in (two, three):
        answer = await house.plan("jieun", "rollback", "staging", version=withdrawn)
        assert "was rolled back and is kept out" in answer.text


async def test_after_two_rollbacks_another_version_still_unlocks_in_its_own_confirm(house: House) -> None:
    await house.shipped("jieun", "v1", "v2", "v3")
    await house.rollback("jieun", "staging")
    await house.times("Rolled back", 1)
    second = await house.plan("jieun", "rollback", "staging")
    assert [button.label for button in second.buttons] == ["Confirm rollback", "Cancel"]
    assert "owner is told" not in second.text
    await house.confirm("jieun", second, "rollback", "staging")
    await house.times("Rolled back", 2)
    plan = await house.plan("jieun", "deploy", "staging", version="v4")
    await house.jieun.click(plan, "Unlock and deploy")
    await house.times("Deployed", 4)
    assert house.audited().count("unlocked") == 2


async def test_after_a_rollback_the_left_version_is_kept_out_and_another_one_unlocks_in_its_own_confirm(
    house: House,
) -> None:
    await house.shipped("jieun", "v1", "v2")
    await house.rollback("haneul", "staging")
    card = await house.card("Rolled back")
    assert "kept out" in card.text
    refused = await house.plan("jieun", "deploy", "staging", version="v2")
    assert "was rolled back and is kept out" in refused.text
    other = await house.plan("jieun", "deploy", "staging", version="v3")
    assert "removes the lock" in other.text
    assert [button.label for button in other.buttons] == ["Unlock and deploy", "Cancel"]
    await house.jieun.click(other, "Unlock and deploy")
    await house.times("Deployed", 3)
    assert house.audited().count("unlocked") == 1


async def test_a_persons_lock_stops_a_deployers_rollback_but_not_on_calls_and_its_owner_is_pinged(
    house: House,
) -> None:
    await house.shipped("jieun", "v1", "v2")
    await house.minsu.command("lock", service=house.service, env="staging", reason="demo at three")
    assert "demo at three" in (await house.plan("jieun", "rollback", "staging")).text
    plan = await house.plan("haneul", "rollback", "staging")
    assert "The lock stays and its owner is told" in plan.text
    await house.confirm("haneul", plan, "rollback", "staging")
    await house.card("Rolled back · ")
    ping = await house.ping("Rollback past your lock")
    assert ping.pings == ["minsu"]
    status = await house.plan("jieun", "status", "staging")
    assert "demo at three" in status.text


async def test_a_rollback_displaces_a_waiting_deploy_whose_requester_is_pinged(house: House) -> None:
    await house.approved(version="v1")
    await house.deploy("jieun", "prod", "v2")
    waiting = await house.times("Approval needed", 1)
    await house.rollback("haneul", "prod")
    ping = await house.ping("Superseded by another deploy")
    assert ping.pings == ["jieun"]
    await house.card("Rolled back")
    await house.discord.until(lambda: "Superseded" in waiting.content)
    answer = await house.discord.answer(house.haneul.forge(custom(waiting, "approve"), waiting))
    assert "no longer applies" in answer.text or "not in a state" in answer.text
    assert to(house, "prod")[-1] == "0" * 40


def custom(card: object, action: str) -> str:
    """The id of a button that stood there once."""
    from playground.discord import Seen

    assert isinstance(card, Seen)
    looks = (*card.edits, card.now)
    found = [b.custom_id for look in looks for b in look.buttons if f":{action}:" in str(b.custom_id)]
    return str(found[-1])


async def test_a_stale_roll_back_button_says_so_and_names_the_newer_deploy(house: House) -> None:
    old = await house.shipped("jieun", "v1")
    pressed = next(str(button.custom_id) for button in old.buttons if button.label.startswith("Roll back"))
    new = await house.shipped("jieun", "v2")
    answer = await house.discord.answer(house.jieun.forge(pressed, old))
    assert "no longer applies" in answer.text
    assert house.refused() == ["stale"]
    assert len(to(house)) == 2
    assert new.content


async def test_a_stale_button_that_still_stands_leads_to_the_newer_deploy(house: House) -> None:
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "bad")
    red = await house.titled("manual rollback needed")
    pressed = custom(red, "rollback")
    house.fault("staging", None)
    await house.deploy("jieun", "staging", "good")
    await house.card("Deployed")
    answer = await house.discord.answer(house.haneul.forge(pressed, red))
    assert "no longer applies" in answer.text
    assert len(to(house)) == 2


async def test_a_rollback_to_a_named_version_that_was_never_verified_follows_deploy_policy(house: House) -> None:
    plan = await house.plan("haneul", "rollback", "prod", version="v9")
    assert "You may not deploy" in plan.text
    plan = await house.plan("jieun", "rollback", "prod", version="v9")
    assert "Deploy plan" in plan.text
    assert plan.buttons[0].label == "Deploy to prod"


@having(auto_rollback="true")
async def test_a_broken_release_is_put_back_by_policy_healthy_and_without_paging_anybody_else(house: House) -> None:
    await house.shipped("jieun", "good")
    house.fault("staging", "crash_loop")
    await house.deploy("jieun", "staging", "bad")
    ping = await house.ping("rolled back automatically · ")
    assert ping.pings == ["jieun"]
    good, bad, back = to(house)
    assert (good, bad) == (back, bad)
    assert good != bad
    assert [effect["direction"] for effect in house.effects("staging", "begin")] == ["forward", "forward", "restore"]


@having(auto_rollback="true", running="")
async def test_a_first_deploy_is_never_rolled_back_by_policy_since_there_is_nothing_to_go_back_to(
    house: House,
) -> None:
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "bad")
    await house.titled("first deploy failed - no version to return to")
    assert len(to(house)) == 1


@having(page="true")
async def test_a_rollback_that_fails_says_act_now_and_pages_on_call(house: House) -> None:
    await house.shipped("jieun", "v1", "v2")
    house.fault("staging", "unhealthy")
    await house.rollback("jieun", "staging")
    card = await house.titled("rollback failed - act now")
    assert {"Logs", "Settle result"} >= {button.label for button in card.buttons}
    ping = await house.ping("❌ Rollback failed")
    assert "@oncall" in ping.pings or any("@oncall" in one.pings for one in house.cards())
