"""Gates over the whole line: what is not proved has no Confirm and says why; what is good starts."""

from __future__ import annotations

import json

from playground.discord import Seen
from tests.life.conftest import having
from tests.life.house import House

PROVED = 'verified_in = "staging"\nevaluation = { file = "scores/{version}.json" }'


def labels(seen: Seen) -> list[str]:
    return [button.label for button in seen.buttons]


def scored(house: House, score: float) -> None:
    sha = house.effects("staging", "begin")[-1]["to"]
    rows = [{"name": "f1 @everyone", "score": score, "threshold": 0.8}]
    file = house.folder / "scores" / f"{sha}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"version": sha, "at": "2025-11-20T00:00:00Z", "metrics": rows}), encoding="utf-8")


@having(gates=PROVED)
async def test_production_only_gets_what_was_proved_before_and_scored_well(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "prod", version="v1")
    assert labels(plan) == ["Show new plan", "Cancel"]
    assert "never verified in staging. Please deploy it there first." in plan.text
    assert "no results for this version yet" in plan.text
    await house.shipped("jieun", "v1")
    scored(house, 0.7)
    again = (await house.jieun.click(plan, "Show new plan")).message
    assert again is not None
    assert "✅ Gate met · Environment before: verified in staging" in again.text
    assert "FAIL  f1 ＠everyone  0.7  <  0.8" in again.text
    assert labels(again) == ["Show new plan", "Cancel"]
    scored(house, 0.9)
    card = await house.asked()
    assert "PASS  f1 ＠everyone  0.9  >=  0.8" in card.text
    number = (card.embeds[0].title or "").split("#")[1]
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "Deployed" in card.content, 20.0)
    why = await house.visitor.command("why", deploy=number)
    assert "asked the gates: ✅ Gate met · Environment before" in why.text


@having(gates=PROVED)
async def test_a_confirm_whose_gate_has_closed_meanwhile_claims_nothing_and_a_waiting_deploy_is_ended(
    house: House,
) -> None:
    await house.shipped("minsu", "v1")
    scored(house, 0.9)
    plan = await house.plan("minsu", "deploy", "prod", version="v1")
    scored(house, 0.1)
    said = (await house.minsu.click(plan, "prod 배포 진행")).text
    assert "배포 조건 미충족" in said
    assert "gate_no" in house.refused()
    scored(house, 0.9)
    card = await house.asked("minsu")
    scored(house, 0.1)
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "🛑" in card.content, 20.0)
    ping = await house.ping("Deploy cancelled")
    assert "Gate not met · Evaluation: metrics that fail: 1 of 1" in ping.text
    assert house.effects("prod", "begin") == []
