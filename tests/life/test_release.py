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


async def test_without_a_model_table_the_model_is_not_known_and_never_called_none(house: House) -> None:
    plan = await house.plan("jieun", "deploy", "prod", version="v1")
    assert "model not known · infra not known" in plan.text
