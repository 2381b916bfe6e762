"""What people read: /status, /history, /why, /logs, /help; and who may lock, unlock, freeze."""

from __future__ import annotations

import time

from tests.life.conftest import having
from tests.life.house import House


async def test_status_shows_what_runs_where_with_health_lock_and_open_deploy(house: House) -> None:
    await house.shipped("jieun", "v1")
    await house.minsu.command("lock", service=house.service, env="staging", reason="demo", for_="1h")
    card = await house.asked()
    status = await house.visitor.command("status", service=house.service)
    sha = house.effects("staging", "begin")[0]["to"][:7]
    assert f"**{house.service} · staging** · {sha} · healthy" in status.text
    assert "Deployed by jieun" in status.text
    assert "Locked: minsu · reason: demo" in status.text
    assert "Open deploy: #" in status.text
    assert "waiting for approval" in status.text
    assert "Targets 2" in status.content
    await house.haneul.react(card, "❌")
    await house.ping("rejected")


async def test_status_shows_drift_first_and_the_plan_begins_with_it(house: House) -> None:
    await house.approved(version="v1")
    house.by_hand("prod", "e" * 40)
    status = await house.visitor.command("status", service=house.service)
    first, second = str(status.embeds[0].description).splitlines()[:2]
    assert first.startswith("⚠️")
    assert "prod" in first
    assert "changed outside Slipway" in second
    assert "drift 1" in status.content
    plan = await house.plan("jieun", "deploy", "prod", version="v2")
    assert str(plan.embeds[0].description).startswith("⚠️ Drift: recorded")


async def test_status_says_not_observed_where_the_target_cannot_be_read(house: House) -> None:
    await house.shipped("jieun", "v1")
    house.fault("staging", "unreachable")
    status = await house.plan("jieun", "status", "staging")
    assert "not observed" in status.text
    assert "✅" not in status.text


async def test_a_shared_status_is_public_without_buttons_and_in_the_public_language(house: House) -> None:
    status = await house.minsu.command("status", service=house.service, env="staging")
    assert "정상" in status.text or "헬스" in status.text, status.text
    before = len(house.discord.messages("deploys"))
    await house.minsu.click(status, "채널에 공유")
    await house.discord.until(lambda: len(house.discord.messages("deploys")) > before)
    shared = house.discord.messages("deploys")[-1]
    assert "healthy" in shared.text
    assert shared.buttons == []
    assert shared.pings == []


async def test_a_targets_select_leads_to_its_actions(house: House) -> None:
    await house.shipped("jieun", "v1")
    status = await house.jieun.command("status", service=house.service)
    one = await house.jieun.select(status, [f"{house.service} · staging"])
    assert one.message is not None
    assert [button.label for button in one.message.buttons] == ["Roll back", "Logs", "Changes", "Share in channel"]
    plan = await house.jieun.click(one.message, "Roll back")
    assert "Rollback plan" in plan.text


async def test_history_has_a_line_a_deploy_with_restarts_locks_and_their_people(house: House) -> None:
    await house.shipped("jieun", "v1")
    await house.confirm("minsu", await house.plan("minsu", "restart", "staging"), "restart", "staging")
    await house.card("Restarted")
    await house.minsu.command("lock", service=house.service, env="staging", reason="demo")
    told = await house.visitor.command("history", service=house.service)
    assert "✅ succeeded" in told.text
    assert "restart" in told.text
    assert "locked it (reason: demo)" in told.text
    own = await house.visitor.command("history", service=house.service, who=house.discord.ids["minsu"])
    assert "jieun" not in own.text
    none = await house.visitor.command("history", service=house.service, since="2020-01-01")
    assert "succeeded" in none.text
    answer = await house.visitor.command("history", service=house.service, since="yesterday-ish")
    assert "Not a" in answer.text


async def test_why_tells_a_deploy_step_by_step_with_who_approved_it(house: House) -> None:
    card = await house.approved()
    number = next(row.deploy for row in house.rows() if row.deploy)
    told = await house.visitor.command("why", deploy=str(number))
    for words in (
        "asked for a plan",
        "confirmed it",
        "asked for approval",
        "voted (✅ approve",
        "wrote the intent down",
    ):
        assert words in told.text, told.text
    assert "verdict: ✅ succeeded" in told.text
    assert card


async def test_why_of_a_target_names_the_last_healthy_and_the_first_failing_deploy(house: House) -> None:
    await house.shipped("jieun", "v1")
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "v2")
    await house.titled("manual rollback needed")
    told = await house.visitor.command("why", service=house.service, env="staging")
    good, bad = (effect["to"][:7] for effect in house.effects("staging", "begin"))
    assert f"Last healthy: <t:{int(time.time())}"[:18] in told.text
    assert f"· {good}" in told.text.split("First failing")[0]
    assert f"· {bad}" in told.text.split("First failing")[1]


async def test_why_of_a_target_that_slipway_never_touched_says_so(own: House) -> None:
    """Alone: a freeze of everything by another story would be something that happened here too."""
    told = await own.visitor.command("why", service=own.service, env="staging")
    assert "Nothing by Slipway in this window." in told.text


async def test_why_of_a_deploy_that_never_was_is_refused(house: House) -> None:
    for number in ("99999", "abc", "-1"):
        answer = await house.visitor.command("why", deploy=number)
        assert "No such deploy" in answer.text


async def test_logs_are_private_and_for_deployers_and_on_call(house: House) -> None:
    await house.shipped("jieun", "v1")
    for who in ("jieun", "haneul"):
        answer = await house.plan(who, "logs", "staging")
        assert "begin" in answer.text or "최근" in answer.text
        assert answer.attachments[0].filename.endswith(".log")
    assert "You may not read logs" in (await house.plan("visitor", "logs", "staging")).text


async def test_help_names_every_command_and_the_targets(house: House) -> None:
    told = await house.visitor.command("help")
    for verb in ("deploy", "rollback", "restart", "status", "history", "why", "logs", "lock", "unlock", "cancel"):
        assert f"/{verb}" in told.text
    assert " · staging" in told.text
    korean = await house.minsu.command("help")
    assert "배포" in korean.text


async def test_a_lock_may_be_taken_away_by_its_owner_and_by_on_call_but_not_by_another_deployer(house: House) -> None:
    where = {"service": house.service, "env": "staging"}
    await house.jieun.command("lock", **where, reason="mine", for_="30m")
    refused = await house.minsu.command("unlock", **where)
    assert "jieun" in refused.text
    assert house.refused() == ["not_lock_owner"]
    assert "Unlocked" in (await house.jieun.command("unlock", **where)).text
    await house.jieun.command("lock", **where, reason="mine again")
    assert "lock owner: jieun" in (await house.haneul.command("unlock", **where)).text
    assert "No lock on" in (await house.haneul.command("unlock", **where)).text


async def test_a_lock_on_a_whole_service_says_all_and_holds_every_environment(house: House) -> None:
    made = await house.jieun.command("lock", service=house.service, reason="incident")
    assert f"{house.service} · all" in made.text
    for env in ("staging", "prod"):
        assert "incident" in (await house.plan("minsu", "deploy", env, version="v1")).text
    await house.jieun.command("unlock", service=house.service)


async def test_a_lock_for_nonsense_is_refused(house: House) -> None:
    for wanted in ("soon", "-5m", "0s", "400d"):
        answer = await house.jieun.command("lock", service=house.service, env="staging", reason="x", for_=wanted)
        assert "Not a duration" in answer.text
    assert house.refused() == ["bad_duration"] * 4


async def test_only_an_administrator_freezes(house: House) -> None:
    for who in ("jieun", "haneul", "visitor"):
        answer = await house.discord.person(who).command("freeze", env="staging", reason="x")
        assert "You may not set a freeze" in answer.text


@having(hold="2s")
async def test_a_lock_made_while_a_deploy_waits_cancels_it(house: House) -> None:
    await house.asked()
    await house.minsu.command("lock", service=house.service, env="prod", reason="incident 42")
    ping = await house.ping("Deploy cancelled")
    assert ping.pings == ["jieun"]
    card = next(one for one in house.cards() if one.text.endswith("·card"))
    assert "locked before the start" in card.text
    assert "incident 42" in card.text
    assert house.effects("prod") == []


async def test_a_freeze_made_while_a_deploy_waits_cancels_it(house: House) -> None:
    await house.asked()
    try:
        await house.admin.command("freeze", env="prod", reason="holidays")
        await house.ping("Deploy cancelled")
        told = await house.visitor.command("history", service=house.service)
        assert "all · prod · set a freeze (reason: holidays)" in told.text
    finally:
        await house.admin.command("unfreeze", env="prod")
    assert house.effects("prod") == []


@having(watch="1s")
async def test_a_drift_is_found_by_the_bot_itself_and_written_down_once(house: House) -> None:
    await house.shipped("jieun", "v1")
    house.by_hand("staging", "d" * 40)
    await house.discord.until(lambda: "drift" in house.audited() or None, 15)
    told = await house.visitor.command("history", service=house.service)
    sha = house.effects("staging", "begin")[0]["to"]
    assert f"found another version running (recorded {sha[:7]} · running ddddddd)" in told.text
