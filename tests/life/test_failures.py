"""What people see when something is wrong. Every story ends in one verdict, one announcement, and the truth."""

from __future__ import annotations

from tests.life.conftest import having
from tests.life.house import House


async def test_a_release_that_fails_before_the_switch_says_that_the_old_version_still_serves(house: House) -> None:
    await house.deploy("jieun", "staging", "good")
    await house.card("Deployed")
    house.fault("staging", "step")
    await house.deploy("jieun", "staging", "bad")
    ping = await house.ping("❌")
    assert ping.pings == ["jieun"]
    assert "Install dependencies" in ping.content
    card = next(one for one in house.cards() if one.embeds and "previous version still healthy" in one.embeds[0].title)
    assert {button.label for button in card.buttons} >= {"Try again", "Logs"}
    assert house.effects("staging")[-1]["to"] != house.effects("staging")[0]["to"]


async def test_a_release_that_crashes_ends_red_and_offers_the_way_back(house: House) -> None:
    await house.deploy("jieun", "staging", "good")
    await house.card("Deployed")
    house.fault("staging", "crash_loop")
    await house.deploy("jieun", "staging", "bad")
    await house.ping("❌")
    card = await house.titled("manual rollback needed")
    assert any(button.label.startswith("Roll back to") for button in card.buttons)
    house.fault("staging", None)
    plan = (await house.jieun.click(card, "Roll back to")).message
    assert plan is not None
    await house.jieun.click(plan, "Confirm rollback")
    await house.card("Rolled back")
    effects = [effect["to"] for effect in house.effects("staging", "begin")]
    assert effects[0] == effects[2] != effects[1]


@having(running="")
async def test_an_unhealthy_first_deploy_says_that_there_is_nothing_to_return_to(house: House) -> None:
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "bad")
    card = await house.titled("first deploy failed")
    assert not [button for button in card.buttons if "Roll back" in button.label]
    assert "Now: " in card.text
    assert "runs, HTTP 502" in card.text


async def test_another_version_than_the_wanted_one_is_never_green(house: House) -> None:
    house.fault("staging", "wrong_version")
    await house.deploy("jieun", "staging", "v1")
    await house.ping("❌")
    assert not [card for card in house.cards() if "✅" in card.content]


@having(auto_rollback="true")
async def test_a_broken_release_is_put_back_by_policy_and_the_target_locked(house: House) -> None:
    await house.deploy("jieun", "staging", "good")
    await house.card("Deployed")
    house.fault("staging", "unhealthy")
    await house.deploy("jieun", "staging", "bad")
    await house.titled("rolled back automatically")
    house.fault("staging", None)
    plan = await house.jieun.command("deploy", service=house.service, env="staging", version="bad")
    assert "Cannot deploy" in plan.content
    other = await house.jieun.command("deploy", service=house.service, env="staging", version="other")
    answer = await house.jieun.click(other, "Unlock and deploy")
    assert answer.message is not None
    await house.discord.until(lambda: len([one for one in house.cards() if "Deployed" in one.content]) == 2)


@having(seconds="0.4")
async def test_a_lost_answer_is_looked_up_and_never_sent_again(house: House) -> None:
    house.fault("staging", "lost")
    await house.deploy("jieun", "staging", "v1")
    await house.card("Deployed", deadline=25)
    assert [effect["event"] for effect in house.effects("staging")] == ["begin"]


@having(seconds="0.4")
async def test_the_bot_killed_in_mid_deploy_finds_the_deploy_again(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    await house.card("Deploying")
    await house.bot.kill()
    await house.start()
    await house.card("Deployed", deadline=25)
    assert [effect["event"] for effect in house.effects("staging")] == ["begin"]
    assert len(house.cards()) == 1
    house.audited()


@having(seconds="0.8")
async def test_a_stopped_deploy_leaves_the_previous_version_running(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    await house.card("Deployed", deadline=25)
    await house.deploy("jieun", "staging", "v2")
    card = await house.card("Deploying")
    asked = (await house.jieun.click(card, "Stop deploy")).message
    assert asked is not None
    assert "the previous version keeps running" in asked.content + asked.embeds[0].description
    await house.jieun.click(asked, "Stop deploy")
    await house.card("Deploy stopped", deadline=25)
    events = [effect["event"] for effect in house.effects("staging")]
    assert events == ["begin", "begin", "stop"]


async def test_a_host_that_is_down_is_refused_with_nothing_done(house: House) -> None:
    house.fault("staging", "unreachable")
    answer = await house.jieun.command("deploy", service=house.service, env="staging", version="v1")
    assert answer.ephemeral
    assert not answer.buttons or answer.buttons[0].label == "Details"
    assert house.effects("staging") == []
    assert house.refused() == ["unreachable"]
