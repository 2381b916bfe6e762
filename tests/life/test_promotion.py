"""Production gets what staging has proved, over the whole line: refused, planned, approved, promoted, rolled back."""

from __future__ import annotations

from pathlib import Path

from playground.discord import Seen
from tests.life.config_file import Options
from tests.life.house import House, inhabited


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


async def test_everything_is_promoted_under_one_yes_in_order_and_up_to_the_first_failure(tmp_path: Path) -> None:
    async with inhabited(tmp_path, {"web": Options(), "api": Options()}) as house:
        web, api = house.of("web"), house.of("api")
        for each in (web, api):
            await each.shipped("jieun", "v1")
        plan = await house.jieun.command("promote", to="prod")
        assert "everything verified before prod · 2" in plan.content
        await house.jieun.select(plan, [next(one for one in plan.selects[0].options if "api" in one)])
        assert "api · prod · not ticked" in plan.text
        await house.jieun.select(plan, [next(one for one in plan.selects[0].options if "api" in one)])
        said = await house.jieun.click(plan, "Promote to prod")
        assert "Accepted: 2 promotions to prod" in said.text
        card = await house.discord.until(lambda: _asking(house))
        assert "Approval needed · promotions to prod: 2 · by jieun" in card.content
        assert "web · prod" in card.text
        assert "api · prod" in card.text
        waiting = await api.titled("promotion accepted")
        assert "Part 2 of 2 under the approval of" in waiting.text
        await house.haneul.react(card, "✅")
        await web.card("✅ Promoted", deadline=30.0)
        await house.bot.kill()  # somewhere between the two
        await house.start()
        await api.card("✅ Promoted", deadline=30.0)
        (first,), (second,) = web.effects("prod", "begin"), api.effects("prod", "begin")
        assert first["at"] <= second["at"]

        for each in (web, api):
            await each.shipped("jieun", "v2")
        web.fault("prod", "step")
        plan = await house.jieun.command("promote", to="prod")
        await house.jieun.click(plan, "Promote to prod")
        again = await house.discord.until(lambda: _asking(house))
        await house.haneul.react(again, "✅")
        await web.titled("promotion failed - previous version still healthy")
        stopped = await api.titled("deploy cancelled")
        assert "the rest of the set was not started" in stopped.text
        assert len(api.effects("prod", "begin")) == 1
        web.rows()  # the audit chain verifies


def _asking(house: House) -> Seen | None:
    found = (one for one in house.discord.messages("deploys") if "promotions to prod" in one.content)
    return next((one for one in found if {"✅", "❌"} <= set(one.reactions)), None)
