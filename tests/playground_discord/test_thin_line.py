"""The whole line once: commands, deferred answer, buttons, reactions, by a stock bot in its own process."""

from playground.discord import LocalDiscord

from .conftest import BotProcess


async def test_a_person_deploys_confirms_and_approves_with_a_reaction(discord: LocalDiscord, bot: BotProcess) -> None:
    jieun, haneul = discord.person("jieun"), discord.person("haneul")
    plan = await jieun.command("deploy", service="ai-server", env="prod", version="main")
    assert plan.ephemeral
    assert plan.content == "Deploy plan"
    assert plan.embeds[0].title == "ai-server · prod"
    assert [one.label for one in plan.buttons] == ["Approve", "Update", "Later", "Ask", "Off", "Docs"]
    assert haneul.sees() == []

    answer = await jieun.click(plan, "Approve")
    assert (answer.kind, answer.text) == ("message", "approved by jieun")

    await jieun.command("card", text="hello")
    card = await discord.until(lambda: next((one for one in haneul.sees() if one.reactions), None))
    await haneul.react(card, "✅")
    await haneul.react(card, "🚀", burst=True)
    heard = await bot.hears("reaction", 3)
    assert heard[1] == {"kind": "reaction", "emoji": "✅", "burst": False, "member": "haneul"}
    assert heard[2]["burst"] is True
