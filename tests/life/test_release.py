"""A release is code, model and infrastructure: the plan says which of them changes, the status what ran together."""

from __future__ import annotations

from tests.life.house import House


async def test_a_model_that_was_changed_by_hand_is_on_the_plan_and_a_rollback_warns_of_the_pair(house: House) -> None:
    await house.shipped("jieun", "v1")
    status = await house.plan("jieun", "status", "staging")
    assert "Model small-1+lora-1 · infra c0ffee00" in status.text
    plan = await house.plan("jieun", "deploy", "staging", version="v2")
    assert "model none · infra none" in plan.text
    await house.jieun.click(plan, "Cancel")
    house.happens("staging", {"event": "env", "key": "MODEL_ID", "value": "large-2"})
    plan = await house.plan("jieun", "deploy", "staging", version="v2")
    assert "model small-1+lora-1 → large-2+lora-1 · infra none" in plan.text
    await house.confirm("jieun", plan, "deploy", "staging")
    await house.times("Deployed", 2)
    back = await house.plan("haneul", "rollback", "staging")
    assert "Goes back: commits 0 · model none · infra none" in back.text
    assert "and model large-2+lora-1 were never recorded running together here" in back.text


async def test_a_model_is_ordered_read_back_and_goes_back_with_a_rollback(
    house: House,
) -> None:
    await house.shipped("jieun", "v1")
    plan = await house.plan("jieun", "deploy", "staging", version="v1", model="large-2")
    assert "Model: large-2 is written to `MODEL_ID` with the switch and read back" in plan.text
    assert "model small-1+lora-1 → large-2+lora-1" in plan.text
    await house.confirm("jieun", plan, "deploy", "staging")
    card = await house.times("Deployed", 2)
    assert "Model: small-1+lora-1 → large-2+lora-1" in card.text
    (_, second) = house.effects("staging", "begin")
    assert second["model"] == {"key": "MODEL_ID", "id": "large-2", "was": "small-1"}
    history = await house.jieun.command("history", service=house.service)
    assert "+ large-2" in history.text

    back = await house.plan("haneul", "rollback", "staging")
    assert "The model goes back too: small-1 is written to `MODEL_ID` and read back" in back.text
    await house.confirm("haneul", back, "rollback", "staging")
    await house.card("Rolled back")
    assert house.effects("staging", "begin")[-1]["model"]["id"] == "small-1"
    assert "Model small-1+lora-1" in (await house.plan("jieun", "status", "staging")).text


async def test_a_model_that_cannot_be_ordered_is_refused_with_its_code_and_nothing_begins(house: House) -> None:
    answer = await house.plan("minsu", "deploy", "staging", version="v1", model="a; rm -rf /")
    assert "사용할 수 없는 모델 이름" in answer.text
    answer = await house.plan("jieun", "deploy", "prod", version="v1", model="large-2")
    assert "names no model key that could be written" in answer.text
    assert house.effects("staging") == house.effects("prod") == []
    assert set(house.refused()) >= {"bad_model", "no_model_key"}


async def test_without_a_model_table_the_model_is_not_known_and_never_called_none(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "prod", version="v1")
    assert "model not known · infra not known" in plan.text
