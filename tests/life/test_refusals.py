"""What Slipway refuses: each in three parts (what happened, what is true, what to do), recorded, and nothing done."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from playground.discord import Seen
from tests.life.config_file import Options
from tests.life.conftest import having
from tests.life.house import House, inhabited


def refused(answer: Seen, *words: str) -> None:
    """A private no: nothing to confirm, Details and a place in the queue at most."""
    assert answer.ephemeral
    assert {button.label for button in answer.buttons} <= {"Details", "자세히", "Queue me", "대기열 등록"}, answer
    for word in words:
        assert word in answer.text, answer.text


async def test_a_stranger_is_refused_every_verb_that_changes_something(house: House) -> None:
    for verb in ("deploy", "rollback", "restart", "lock", "logs"):
        answer = await house.plan("visitor", verb, "staging")
        refused(answer, "You may not", "Role needed", "@&")
    assert house.refused() == ["role"] * 5
    assert house.effects("staging") == []
    assert house.cards() == []


async def test_a_stranger_may_look_at_status_history_and_why(house: House) -> None:
    for verb in ("status", "history", "why"):
        answer = await house.plan("visitor", verb, "staging")
        assert "You may not" not in answer.text
    assert house.refused() == []


async def test_details_of_a_refusal_say_who_when_which_code_and_a_reference(house: House) -> None:
    answer = await house.plan("visitor", "deploy", "staging")
    details = await house.visitor.click(answer, "Details")
    assert "role" in details.text
    assert "Reference" in details.text
    assert f"<@{house.visitor.id}>" in details.text


@pytest.mark.parametrize(("service", "env"), [("no-such-service", "staging"), ("", "production"), ("", "../prod")])
async def test_a_wrong_option_is_refused_and_says_where_to_look(house: House, service: str, env: str) -> None:
    answer = await house.jieun.command("deploy", service=service or house.service, env=env, version="v1")
    refused(answer, "No such target", "/help")
    assert house.refused() == ["unknown_target"]


async def test_a_version_that_does_not_exist_is_refused_by_its_name(house: House) -> None:
    answer = await house.plan("jieun", "deploy", "staging", version="no-such-branch")
    refused(answer, "Version not found: no-such-branch", "branch, tag or commit SHA")
    assert house.effects("staging") == []


@pytest.mark.parametrize(
    "ref",
    ["--upload-pack=touch /tmp/x", "$(reboot)", "`id`", "main; rm -rf /", "a\nb", "main\u202e", "..", "-x", "@{-1}"],
)
async def test_a_ref_that_looks_like_an_option_or_a_command_is_refused(house: House, ref: str) -> None:
    answer = await house.plan("jieun", "deploy", "staging", version=ref)
    refused(answer, "Not a possible version")
    assert "@everyone" not in answer.text
    assert house.refused() == ["bad_ref"]
    assert house.effects("staging") == []


async def test_a_ref_that_pings_and_links_is_shown_inert(house: House) -> None:
    answer = await house.plan("jieun", "deploy", "staging", version="@everyone [x](https://evil.example) <@1>")
    refused(answer, "Not a possible version")
    assert "@everyone" not in answer.text
    assert "](https://" not in answer.text
    assert "<@1>" not in answer.text


@having(seconds="0.5")
async def test_a_busy_target_refuses_with_the_holder_and_the_number(house: House) -> None:
    first = await house.plan("jieun", "deploy", "staging", version="v1")
    second = await house.plan("minsu", "deploy", "staging", version="v2")
    await house.confirm("jieun", first, "deploy", "staging")
    answer = await house.confirm("minsu", second, "deploy", "staging")
    refused(answer, "다른 배포 진행 중", "jieun", "#")
    assert [effect["event"] for effect in house.effects("staging")] in ([], ["begin"])
    await house.card("Deployed")
    assert len(house.effects("staging")) == 1


async def test_two_people_press_confirm_at_the_same_moment_and_one_deploy_starts(house: House) -> None:
    plans = {who: await house.plan(who, "deploy", "staging", version="v1") for who in ("jieun", "minsu")}
    pressed = [
        house.discord.person(who).press(plan, custom_id=plan.buttons[0].custom_id) for who, plan in plans.items()
    ]
    texts = [(await house.discord.answer(one)).text for one in pressed]
    await house.card("Deployed")
    assert len(house.effects("staging", "begin")) == 1
    told = [text for text in texts if "another deploy is running" in text or "다른 배포 진행 중" in text]
    assert len(told) == 1, texts


async def test_one_plan_confirmed_twice_runs_once(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    button = plan.buttons[0].custom_id
    pressed = [house.jieun.press(plan, custom_id=button), house.jieun.press(plan, custom_id=button)]
    for one in pressed:
        await house.discord.answer(one)
    await house.card("Deployed")
    assert len(house.effects("staging", "begin")) == 1


async def test_a_locked_target_says_whose_lock_and_why_and_nothing_changed(house: House) -> None:
    await house.minsu.command("lock", service=house.service, env="staging", reason="migration", for_="2h")
    answer = await house.plan("jieun", "deploy", "staging", version="v1")
    refused(answer, "locked", "minsu", "migration", "Nothing was changed", "ask the lock's owner")
    assert "<t:" not in answer.content
    assert house.refused() == ["locked"]


async def test_a_frozen_environment_refuses_deploys_and_lets_a_rollback_through(house: House) -> None:
    await house.shipped("jieun", "v1", "v2")
    try:
        await house.admin.command("freeze", env="staging", until="2h", reason="holidays")
        refused(await house.plan("jieun", "deploy", "staging", version="v3"), "freeze", "Rollback is always possible")
        refused(await house.plan("jieun", "restart", "staging"), "freeze")
        await house.rollback("jieun", "staging")
        await house.card("Rolled back")
    finally:
        await house.admin.command("unfreeze", env="staging")


async def test_the_version_already_running_offers_restart_and_redeploy_and_no_deploy(house: House) -> None:
    await house.shipped("jieun", "v1")
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    assert "is already running" in plan.text
    assert [button.label for button in plan.buttons] == ["Restart", "Redeploy", "Cancel"]
    await house.jieun.click(plan, "Restart")
    await house.card("Restarted")
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    await house.jieun.click(plan, "Redeploy")
    await house.card("Redeployed")
    begun = house.effects("staging", "begin")
    assert [effect["kind"] for effect in begun] == ["deploy", "restart", "redeploy"]
    assert len({effect["to"] for effect in begun}) == 1


async def test_somebody_elses_plan_cannot_be_confirmed_by_a_forged_click(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    asked = house.minsu.forge(str(plan.buttons[0].custom_id), plan)
    answer = await house.discord.answer(asked)
    assert house.refused()[-1] in ("not_yours", "stale")
    assert answer.text
    assert house.effects("staging") == []


async def test_a_plan_that_was_closed_can_no_longer_be_confirmed(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    confirm = str(plan.buttons[0].custom_id)
    closed = await house.jieun.click(plan, "Cancel")
    assert "Nothing was started" in closed.text
    answer = await house.discord.answer(house.jieun.forge(confirm, plan))
    assert "no longer applies" in answer.text
    assert house.effects("staging") == []


async def test_a_plan_that_expired_starts_nothing_and_offers_the_same_anew(tmp_path: Path) -> None:
    async with inhabited(tmp_path, {"app": Options()}, QUICK_PLAN="1") as house:
        plan = await house.plan("jieun", "deploy", "staging", version="v1")
        made = time.time()
        while time.time() < made + 1.0:  # nothing tells of the end of a plan's life but the clock
            await asyncio.sleep(0.1)
        expired = await house.jieun.click(plan, "Deploy to staging")
        assert "This deploy plan has expired. Nothing was started." in expired.text
        assert expired.message is not None
        fresh = await house.jieun.click(expired.message, "Show new plan")
        assert fresh.message is not None
        assert "Deploy plan · app · staging" in fresh.text
        assert house.effects("staging") == []
        await house.confirm("jieun", fresh.message, "deploy", "staging")
        await house.card("Deployed")


async def test_what_runs_changed_while_the_plan_was_read_so_nothing_starts_and_a_new_plan_is_offered(
    house: House,
) -> None:
    await house.shipped("jieun", "v1")
    plan = await house.plan("jieun", "deploy", "staging", version="v3")
    house.by_hand("staging", "e" * 40)
    changed = await house.jieun.click(plan, "Deploy to staging")
    assert changed.message is not None
    assert "The plan changed while you were reading it: the running version" in changed.text
    fresh = await house.jieun.click(changed.message, "Show new plan")
    assert "Drift: recorded" in fresh.text
    assert [effect["attempt"].split("-")[0] for effect in house.effects("staging", "begin")][1:] == ["hand"]
