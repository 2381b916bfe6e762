"""/deploy … emergency:true and the countersign's button: asked of the engine as they were meant, refused in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.model import Button, Card, Countersign, Target
from tests.cards.samples import NOW, ULID, a_deploy, a_plan
from tests.commands.conftest import Stage

WHY = "payments fail for everybody since 02:40"
FINAL = Card(content="✅ Deployed", footer="#128·k3v9·card", buttons=(Button("countersign", "Countersign", ref=ULID),))
SIGNED = Countersign(128, ULID, Target("ai-server", "prod"), "jieun", NOW, "5", "haneul", NOW)


async def ordered(stage: Stage, **given: object) -> str:
    answer = await stage.discord.person("haneul").command("deploy", service="ai-server", env="prod", **given)
    assert answer.ephemeral
    return answer.text


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal("emergency_role", env="prod", roles=["42"]), ("break the glass", "<@&42>")),
        (Refusal("emergency_reason", least=20), ("20 characters",)),
        (Refusal("countersign_overdue", target="ai-server · prod", deploy=127, who="bora"), ("#127", "bora")),
    ],
)
async def test_a_refusal_says_what_to_do(stage: Stage, refusal: Refusal, said: tuple[str, ...]) -> None:
    stage.engine.answers["propose"] = refusal
    text = await ordered(stage, emergency=True)
    assert all(words in text for words in (*said, "Please"))


@pytest.mark.parametrize("emergency", [True, False, None])
async def test_an_order_is_break_glass_only_where_it_says_so(stage: Stage, emergency: bool | None) -> None:
    plan = replace(a_plan(reason=WHY), emergency=bool(emergency), policy={"countersign": 43200.0})
    stage.engine.answers["propose"] = a_deploy(plan=plan)
    text = await ordered(stage, reason=WHY, **({} if emergency is None else {"emergency": emergency}))
    ((order, _), _) = stage.engine.of("propose")[0]
    assert (order.emergency, order.reason) == (bool(emergency), WHY)
    assert ("break-glass" in text) is bool(emergency)


async def test_only_deploy_has_the_option(stage: Stage) -> None:
    found = {
        one["name"]: [option["name"] for option in one.get("options", [])]
        for one in stage.discord.state.commands.values()
    }
    assert [name for name, options in found.items() if "emergency" in options] == ["deploy"]


@pytest.mark.parametrize(("overdue", "said"), [(None, "Your name is recorded"), (NOW, "open again")])
async def test_the_countersign_hands_over_the_message_that_was_pressed(
    stage: Stage, overdue: float | None, said: str
) -> None:
    stage.engine.answers["countersign"] = replace(SIGNED, overdue_at=overdue)
    card = await stage.card(FINAL)
    answer = await stage.discord.person("haneul").click(card, "Countersign")
    assert said in answer.text
    ((ref, who), more) = stage.engine.of("countersign")[0]
    assert (ref, who.name, more) == (ULID, "haneul", {"message": card.id})


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal("countersign_self", roles=["42"]), "your own"),
        (Refusal("already_countersigned", deploy=128, who="haneul"), "already"),
        (Refusal("role", env="prod", target="t", verb="countersign", roles=["42"]), "may not countersign"),
    ],
)
async def test_who_may_not_countersign_is_told_who_can(stage: Stage, refusal: Refusal, said: str) -> None:
    stage.engine.answers["countersign"] = refusal
    answer = await stage.discord.person("jieun").click(await stage.card(FINAL), "Countersign")
    assert said in answer.text
