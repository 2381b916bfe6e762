"""After a red card: Try again, Run health check again, Restart; and stopping what is under way."""

from __future__ import annotations

from tests.life.conftest import having
from tests.life.house import House


async def test_a_health_check_that_still_fails_changes_nothing(house: House) -> None:
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "v1")
    card = await house.titled("manual rollback needed")
    answer = await house.haneul.click(card, "Run health check again")
    assert "did not pass" in answer.text
    assert "502" in answer.text
    assert house.refused() == ["still_unhealthy"]


async def test_a_health_check_that_passes_later_is_noted_with_the_name_and_the_verdict_stays(house: House) -> None:
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "v1")
    card = await house.titled("manual rollback needed")
    house.heal("staging")
    answer = await house.haneul.click(card, "Run health check again")
    assert "The verdict stays" in answer.text
    await house.discord.until(lambda: "Verified later · haneul" in card.text)
    assert "❌ Deploy failed" in card.content
    plan = await house.plan("jieun", "deploy", "staging", version="v2")
    assert "Rollback ready" in plan.text


async def test_a_stranger_may_not_run_the_health_check(house: House) -> None:
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "v1")
    card = await house.titled("manual rollback needed")
    assert "You may not" in (await house.visitor.click(card, "Run health check again")).text


async def test_try_again_keeps_the_approval_if_nothing_changed(house: House) -> None:
    house.fault("prod", "step")
    card = await house.asked(version="v1")
    await house.haneul.react(card, "✅")
    red = await house.titled("previous version still healthy")
    house.fault("prod", None)
    plan = (await house.jieun.click(red, "Try again")).message
    assert plan is not None
    await house.confirm("jieun", plan, "deploy", "prod")
    await house.card("Deployed")
    assert "kept_approval" in house.audited()
    assert len(house.effects("prod", "begin")) == 2
    assert not [one for one in house.cards() if "Approval needed" in one.content]


async def test_try_again_by_somebody_else_or_after_the_vote_was_taken_back_asks_anew(house: House) -> None:
    house.fault("prod", "step")
    card = await house.asked(version="v1")
    await house.haneul.react(card, "✅")
    red = await house.titled("previous version still healthy")
    house.fault("prod", None)
    await house.haneul.unreact(card, "✅")
    plan = (await house.jieun.click(red, "Try again")).message
    assert plan is not None
    await house.confirm("jieun", plan, "deploy", "prod")
    await house.card("Approval needed")
    assert len(house.effects("prod", "begin")) == 1


async def test_a_restart_starts_the_process_anew_and_keeps_the_version(house: House) -> None:
    await house.shipped("jieun", "v1")
    plan = await house.plan("jieun", "restart", "staging")
    assert "Restart plan" in plan.content
    await house.confirm("jieun", plan, "restart", "staging")
    await house.card("Restarted")
    one, two = house.effects("staging", "begin")
    assert (two["kind"], two["to"]) == ("restart", one["to"])


@having(running="")
async def test_a_restart_of_nothing_is_refused_and_names_deploy(house: House) -> None:
    answer = await house.plan("jieun", "restart", "staging")
    assert "nothing runs there" in answer.text
    assert "/deploy" in answer.text


async def test_a_restart_that_fails_says_act_now(house: House) -> None:
    await house.shipped("jieun", "v1")
    house.fault("staging", "unhealthy")
    await house.confirm("jieun", await house.plan("jieun", "restart", "staging"), "restart", "staging")
    await house.titled("restart failed - act now")


async def test_cancel_before_the_start_cancels_and_nothing_was_deployed(house: House) -> None:
    card = await house.asked()
    number = card.embeds[0].title.split("#")[1]
    answer = await house.jieun.command("cancel", deploy=number)
    assert "Nothing was deployed" in answer.text
    await house.discord.until(lambda: "🛑" in card.content)
    assert house.effects("prod") == []
    again = await house.jieun.command("cancel", deploy=f"#{number}")
    assert "no open deploy" in again.text or "already over" in again.text


async def test_somebody_elses_cancel_pings_the_requester(house: House) -> None:
    card = await house.asked()
    await house.haneul.command("cancel", deploy=card.embeds[0].title.split("#")[1])
    ping = await house.ping("🛑 Deploy cancelled")
    assert ping.pings == ["jieun"]


async def test_a_stranger_cannot_cancel(house: House) -> None:
    card = await house.asked()
    answer = await house.visitor.command("cancel", deploy=card.embeds[0].title.split("#")[1])
    assert "You may not cancel" in answer.text
    assert "Approval needed" in card.content
    await house.haneul.react(card, "❌")
    await house.card("rejected")


async def test_with_several_open_deploys_cancel_offers_a_pick_list(house: House) -> None:
    card = await house.asked()
    await house.restart()
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    house.fault("staging", "lost")
    await house.confirm("jieun", plan, "deploy", "staging")
    listed = await house.jieun.command("cancel")
    if listed.selects:
        assert "Which deploy" in listed.text
        option = next(one for one in listed.selects[0].options if f"{house.service} · prod" in one)
        await house.jieun.select(listed, [option])
    await house.discord.until(lambda: "🛑" in card.content)
    await house.card("Deployed")


@having(seconds="1")
async def test_cancel_of_a_running_deploy_says_what_stopping_leaves_behind_and_then_stops(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    card = await house.card("Deploying")
    number = card.content.rsplit("#", 1)[1]
    asked = await house.haneul.command("cancel", deploy=number)
    assert "If you stop now: the previous version keeps running." in asked.text
    await house.haneul.click(asked, "Stop deploy")
    stopped = await house.titled("deploy stopped - previous version still runs")
    assert "haneul" in stopped.text
    assert (await house.ping("Deploy stopped")).pings == ["jieun"]


@having(seconds="1")
async def test_stopping_after_the_switch_puts_the_previous_version_back(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    card = await house.card("Deploying")
    await house.discord.until(lambda: "⏳ 6 Restart" in card.text or "⏳ 5 Switch" in card.text, 20)
    asked = (await house.jieun.click(card, "Stop deploy")).message
    assert asked is not None
    assert "put back" in asked.text
    await house.jieun.click(asked, "Stop deploy")
    await house.discord.until(lambda: "Stop deploy" not in [button.label for button in card.buttons], 30)
    assert house.effects("staging", "begin")[0]["to"]
