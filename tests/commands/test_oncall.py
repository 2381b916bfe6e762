"""/oncall: a private answer for everybody, in their language; with ``who`` an order."""

from __future__ import annotations

from bot.errors import Refusal
from bot.oncall import Duty, Source, Told
from tests.cards.samples import NOW
from tests.commands.conftest import Stage


def told(stage: Stage, override: int | None = None) -> Told:
    ids = stage.discord.ids
    by = Source.OVERRIDE if override else Source.ROTATION
    return Told(
        Duty(ids["haneul"], by, NOW - 60, NOW + 3600, override),
        Duty(ids["minsu"], Source.ROTATION, NOW + 3600, None),
        ids["@oncall"],
    )


async def test_everybody_sees_who_is_on_call_now_and_next_and_nobody_is_pinged(stage: Stage) -> None:
    stage.duties.answers["told"] = told(stage)
    answer = await stage.discord.person("visitor").command("oncall")
    assert answer.ephemeral
    assert answer.content == f"On call now: <@{stage.discord.ids['haneul']}>"
    said = answer.embeds[0].description or ""
    assert "By: rotation" in said
    assert f"Until: <t:{int(NOW + 3600)}:f>" in said
    assert f"Next: <@{stage.discord.ids['minsu']}> · rotation" in said
    assert answer.buttons == []
    assert stage.discord.messages("deploys") == []


async def test_the_role_counts_where_nobody_in_particular_is_on_call(stage: Stage) -> None:
    stage.duties.answers["told"] = Told(Duty(None, Source.ROLE), None, stage.discord.ids["@oncall"])
    answer = await stage.discord.person("jieun").command("oncall")
    assert f"<@&{stage.discord.ids['@oncall']}>" in answer.content
    assert "Next: nobody else is planned" in (answer.embeds[0].description or "")


async def test_who_and_until_are_an_order_with_the_roles_that_discord_says_they_have(stage: Stage) -> None:
    stage.duties.answers["override"] = told(stage, 7)
    ids = stage.discord.ids
    await stage.discord.person("jieun").command("oncall", who=ids["haneul"], until="4h")
    ((who, by, until), _) = stage.duties.of("override")[0]
    assert (who.id, by.id, until) == (ids["haneul"], ids["jieun"], "4h")
    assert ids["@oncall"] in who.roles


async def test_an_override_is_ended_by_its_button(stage: Stage) -> None:
    stage.duties.answers |= {"told": told(stage, 7), "end": told(stage)}
    haneul = stage.discord.person("haneul")
    answer = await haneul.command("oncall")
    await haneul.click(answer, "End override")
    ((number, by), _) = stage.duties.of("end")[0]
    assert (number, by.id) == (7, haneul.id)
    assert answer.buttons == [], "the answer takes its place"


async def test_until_alone_and_strangers_are_refused(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    assert "needs who" in (await jieun.command("oncall", until="4h")).text
    stage.duties.answers["override"] = Refusal("oncall_stranger", who="minsu")
    assert "minsu" in (await jieun.command("oncall", who=stage.discord.ids["minsu"])).text
    assert stage.engine.refusals[-1] == ("oncall_stranger", "jieun", "oncall")
