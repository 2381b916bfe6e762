"""The queue over the wire: refused, queued, called by one message, planned anew, deployed."""

from __future__ import annotations

from tests.life.conftest import having
from tests.life.house import House


@having(seconds="0.4")
async def test_whoever_met_a_busy_target_is_called_when_it_is_free_and_plans_anew(house: House) -> None:
    await house.deploy("jieun", "staging", "v1")
    refused = await house.plan("minsu", "deploy", "staging", version="v2")
    place = await house.minsu.click(refused, "대기열 등록")
    assert "대기열 1번째" in place.text
    assert "대기열 1명: minsu" in (await house.minsu.command("status", service=house.service, env="staging")).text
    call = await house.ping("Your turn")
    assert call.pings == ["minsu"]
    stranger = await house.jieun.click(call, "Show plan")
    assert "somebody else's" in stranger.text
    assert len(house.effects("staging", "begin")) == 1
    plan = await house.minsu.click(call, "Show plan")
    assert plan.message is not None
    await house.confirm("minsu", plan.message, "deploy", "staging")
    await house.times("Deployed", 2)
    await house.discord.until(lambda: "Turn taken" in call.content, 20.0)
    assert [one for one in house.audited() if one.startswith("queue")] == ["queued", "queue_called", "queue_taken"]
