"""The good days: staging, then production with a second person's yes."""

from playground.discord import Seen
from playground.stage import DeployRow
from playground.tour.scene import PATIENCE, SERVICE, Scene, Untrue, button_of, must

MODEL = "dojangkok/qwen2.5-14b"


async def staging(scene: Scene) -> str:
    """deploy to staging, and a model with it"""
    sha = await scene.stage.release()
    deploy = await scene.deploy("staging", model=MODEL)
    card = await scene.green(deploy.number, scene.words.deployed, "staging", sha)
    must(await scene.starts("staging", sha) == 1, "it was not started exactly once")
    must(MODEL in card.text, f"the card does not name the model: {card.text[:300]}")
    host = scene.stage.host("staging")
    named = host.path(f"{host.app_folder}/shared/.env").read_text(encoding="utf-8")
    must(f"MODEL_ID={MODEL}\n" in named, f"the env file of staging names another model than {MODEL}")
    return f"green, evidence {scene.row(deploy.number).evidence['proof']}, the env file names {MODEL}"


async def stranger(scene: Scene) -> str:
    """a stranger types /deploy ai-server prod"""
    before = scene.stage.ledger.last()
    answer = await scene.person("visitor").command("deploy", service="ai-server", env="prod", deadline=PATIENCE)
    must(answer.ephemeral and scene.words.stranger in answer.text, f"the stranger was told: {answer.text[:200]}")
    must(scene.stage.ledger.last() == before, "the ledger has a deploy by a stranger")
    return "refused, nothing written"


async def asked(scene: Scene) -> str:
    """deploy to prod asks for approval"""
    deploy = await scene.deploy("prod")
    card = await scene.title_in_content(deploy.number, scene.words.approval)
    must("haneul" in card.pings, f"the card pings {card.pings}, not the on-call person")
    await scene.stage.until(lambda: {"✅", "❌"} <= card.reactions.keys(), PATIENCE)
    must(await scene.starts("prod", deploy.to) == 0, "production was started without approval")
    return "on-call pinged, ✅ and ❌ ready, nothing started"


async def votes_that_do_not_count(scene: Scene) -> str:
    """the stranger's and the requester's ✅"""
    deploy, card = await _waiting(scene)
    for key in ("visitor", "jieun"):
        await scene.person(key).react(card, "✅")
    await scene.stage.until(lambda: card.text.count(scene.words.not_counted) == 2, PATIENCE)
    must(scene.row(deploy.number).phase == "awaiting", "the deploy went on")
    return "both shown as not counted"


async def self_approval(scene: Scene) -> str:
    """the requester presses Approve"""
    deploy, card = await _waiting(scene)
    answer = await scene.person("jieun").click(card, custom_id=button_of(card, "approve"), deadline=PATIENCE)
    must(scene.words.self_approval in answer.text, f"the requester was told: {answer.text[:200]}")
    must(scene.row(deploy.number).phase == "awaiting", "the deploy went on")
    return "refused, still waiting"


async def approved(scene: Scene) -> str:
    """on-call presses ✅"""
    deploy, card = await _waiting(scene)
    await scene.person("haneul").react(card, "✅")
    await scene.green(deploy.number, scene.words.deployed, "prod", deploy.to)
    must(await scene.starts("prod", deploy.to) == 1, "it was not started exactly once")
    return f"green, evidence {scene.row(deploy.number).evidence['proof']}"


async def _waiting(scene: Scene) -> tuple[DeployRow, Seen]:
    deploy = scene.stage.ledger.last("prod", SERVICE)
    if deploy is None or deploy.phase != "awaiting":
        raise Untrue("no deploy to prod waits for approval")
    return deploy, await scene.card(deploy.number)


STEPS = (staging, stranger, asked, votes_that_do_not_count, self_approval, approved)
