"""Production gets what staging has proved, over the whole line: refused, planned, approved, promoted, rolled back."""

from __future__ import annotations

from playground.discord import Seen
from tests.life.house import House


async def ask(house: House, who: str = "jieun") -> Seen:
    return await house.discord.person(who).command("promote", service=house.service, to="prod")


async def test_what_staging_has_proved_is_promoted_by_two_people_and_rolled_back_by_one(house: House) -> None:
    refused = await ask(house)
    assert "Cannot promote" in refused.text
    staged = await house.shipped("jieun", "v1")
    sha = house.effects("staging", "begin")[0]["to"]
    house.by_hand("staging", "e" * 40)
    assert "drift in staging" in (await ask(house)).text
    house.by_hand("staging", sha)
    plan = await ask(house)
    assert "Promotion: staging → prod" in plan.text
    assert "health check: HTTP 200" in plan.text
    await house.confirm("jieun", plan, "promote", "prod")
    card = await house.titled("promotion needs approval")
    await house.discord.until(lambda: {"✅", "❌"} <= set(card.reactions))
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "✅ Promoted" in card.content, 20.0)
    assert [line["to"] for line in house.effects("prod", "begin")] == [sha]
    assert house.refused() == ["before_empty", "before_drifted"]
    assert "is already running" not in (await ask(house)).text
    assert "nothing to promote" in (await ask(house)).text
    history = await house.visitor.command("history", service=house.service, env="prod")
    assert "promotion 0000000 → " in history.text
    await house.rollback("haneul", "prod")
    await house.card("Rolled back")
    assert "Deployed" in staged.content


async def test_a_version_that_staging_takes_back_while_it_waits_is_not_promoted(house: House) -> None:
    await house.shipped("jieun", "v1", "v2")
    plan = await ask(house, "minsu")
    assert "승격: staging → prod" in plan.text
    await house.confirm("minsu", plan, "promote", "prod")
    card = await house.titled("promotion needs approval")
    await house.rollback("jieun", "staging")
    await house.card("Rolled back")
    await house.haneul.react(card, "✅")
    await house.discord.until(lambda: "🛑" in card.content, 20.0)
    assert house.effects("prod", "begin") == []
    again = (await house.minsu.click(card, "Show new plan")).message
    assert again is not None
    assert "승격 계획" in again.content
