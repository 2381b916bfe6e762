"""The bot killed with -9 in the middle, and both languages."""

import asyncio

from playground.stage.trouble import under_way
from playground.tour.scene import PATIENCE, Scene, Untrue, must


async def killed(scene: Scene) -> str:
    """the bot is killed with -9 in mid-deploy and started again"""
    sha = await scene.stage.release()
    deploy = await scene.deploy("staging")
    await asyncio.wait_for(under_way(scene.stage.ledger), PATIENCE)
    await scene.stage.bot.kill()
    phase = scene.row(deploy.number).phase
    must(phase != "settled", "the deploy was over before the bot was killed")
    await scene.stage.bot.start()
    card = await scene.green(deploy.number, scene.words.deployed, "staging", sha)
    must(await scene.starts("staging", sha) == 1, "it was started twice")
    attempts = scene.stage.ledger.attempts(deploy.number)
    must(len(attempts) == 1, f"{len(attempts)} attempts were made")
    cards = [one for one in scene.discord.messages("deploys") if one.id == card.id or _about(one.text, deploy.number)]
    must(len(cards) == 1, f"{len(cards)} messages about one success")
    return f"killed while {phase}, same attempt found again, one start, one card"


async def english(scene: Scene) -> str:
    """the same in English"""
    await scene.stage.speak("en")
    sha = await scene.stage.release()
    deploy = await scene.deploy("staging")
    card = await scene.green(deploy.number, "AI Server deployed", "staging", sha)
    must(not _hangul(card.text), f"Korean on an English card: {card.text[:300]}")
    answer = await scene.person("visitor").command("deploy", service="ai-server", env="prod", deadline=PATIENCE)
    must("You may not deploy to" in answer.text, f"the stranger was told: {answer.text[:200]}")
    return "public card and private refusal"


async def korean(scene: Scene) -> str:
    """and in Korean again, with the old cards still there"""
    before = [one.id for one in scene.discord.messages("deploys")]
    await scene.stage.speak("ko")
    answer = await scene.person("visitor").command("status", deadline=PATIENCE)
    must(_hangul(answer.text), f"/status answered {answer.text[:200]}")
    if [one.id for one in scene.discord.messages("deploys")] != before:
        raise Untrue("a restart changed the channel")
    return f"the channel outlived {scene.stage.bot.starts} bot processes"


def _about(text: str, number: int) -> bool:
    return f"#{number} " in text or f"#{number}\n" in text


def _hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


STEPS = (killed, english, korean)
