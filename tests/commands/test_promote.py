"""/promote without a service: one private plan, its select, and its buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.engine.sets import Offer
from bot.errors import Refusal
from bot.model import Phase
from tests.cards.samples import a_set
from tests.commands.conftest import FakeEngine, Stage


@pytest.fixture
def sets(stage: Stage) -> Any:
    """The engine's part of it, which offers three."""
    found, planned = a_set(Phase.PLANNED)
    offer = Offer(found, tuple(planned))
    ticked = Offer(replace(found, ulid=f"{found.ulid[:-1]}2", members=(128, 130)), tuple(planned))
    answers = {"propose": offer, "replan": offer, "tick": ticked, "confirm": offer}
    engine: Any = stage.engine
    engine.sets = FakeEngine(answers)
    return engine.sets


async def test_without_a_service_everything_that_is_verified_before_is_one_private_plan(
    stage: Stage, sets: Any
) -> None:
    jieun = stage.discord.person("jieun")
    plan = await jieun.command("promote", to="prod")
    assert plan.ephemeral
    assert plan.pings == []
    ((env, who), _) = sets.of("propose")[0]
    assert (env, who.id) == ("prod", jieun.id)
    assert stage.engine.of("propose") == []
    assert "service-2" in plan.text


async def test_picking_one_unticks_it_in_place_and_the_new_choice_has_a_confirm_of_its_own(
    stage: Stage, sets: Any
) -> None:
    jieun = stage.discord.person("jieun")
    plan = await jieun.command("promote", to="prod")
    before = plan.buttons[0].custom_id
    answer = await jieun.select(plan, [list(plan.selects[0].options)[1]])
    assert answer.kind == "update"
    ((ulid, number, _), _) = sets.of("tick")[0]
    assert (f"slip1:set_confirm:{ulid}", number) == (before, 129)
    assert plan.buttons[0].custom_id != before
    assert "service-1 · prod · not ticked" in plan.text


@pytest.mark.parametrize(
    ("locale", "label", "said"),
    [
        ("en-US", "Promote to prod", "Accepted: 3 promotions to prod"),
        ("ko", "prod 승격 진행", "prod 승격 3개를 접수했습니다."),
    ],
)
async def test_confirm_takes_its_place_and_names_every_number(
    stage: Stage, sets: Any, locale: str, label: str, said: str
) -> None:
    jieun = stage.discord.person("jieun")
    jieun.locale = locale
    plan = await jieun.command("promote", to="prod")
    await jieun.click(plan, label)
    assert said in plan.text
    assert "#128, #129, #130" in plan.text
    assert plan.buttons == []


async def test_one_busy_target_is_named_and_the_plan_stays(stage: Stage, sets: Any) -> None:
    jieun = stage.discord.person("jieun")
    plan = await jieun.command("promote", to="prod")
    sets.answers["confirm"] = Refusal(
        "target_busy", target="service-1 · prod", deploy=127, who="minsu", holder_phase="running"
    )
    answer = await jieun.click(plan, "Promote to prod")
    assert "service-1 · prod" in answer.text
    assert [one.label for one in plan.buttons] == ["Promote to prod", "Cancel"]


async def test_a_set_that_moved_leads_to_a_new_plan_of_the_whole(stage: Stage, sets: Any) -> None:
    jieun = stage.discord.person("jieun")
    plan = await jieun.command("promote", to="prod")
    ulid = sets.answers["propose"].set.ulid
    sets.answers["confirm"] = Refusal("plan_changed", what=("to_id",), ref=f"set/{ulid}")
    answer = await jieun.click(plan, "Promote to prod")
    assert answer.message is not None
    again = await jieun.click(answer.message, "Show new plan")
    assert "everything verified before prod" in again.text
    assert sets.of("replan")[0][0][0] == ulid
    assert stage.engine.of("replan") == []


async def test_cancel_puts_the_whole_plan_away(stage: Stage, sets: Any) -> None:
    jieun = stage.discord.person("jieun")
    plan = await jieun.command("promote", to="prod")
    assert "closed" in (await jieun.click(plan, "Cancel")).text
    assert plan.buttons == []
    assert len(sets.of("close")) == 1
