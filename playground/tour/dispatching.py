"""llmops: a workflow on GitHub that is dispatched exactly once, and what other people do to its runs."""

from playground.stage.llmops import COLLEAGUE, ENV, SERVICE
from playground.tour.scene import PATIENCE, Scene, must

QUICK = 0.15
"""Seconds that a step of the workflow takes here."""


async def unanswered(scene: Scene) -> str:
    """GitHub starts the run and answers 502"""
    llmops = scene.stage.llmops
    llmops.runner.pace = QUICK
    sha, before = scene.stage.push(), len(llmops.repo.dispatches)
    llmops.answer_502()
    deploy = await scene.deploy(ENV, service=SERVICE)
    await scene.title(deploy.number, scene.words.llmops_deployed)
    made = len(llmops.repo.dispatches) - before
    must(made == 1, f"{made} runs were dispatched")
    must(llmops.running == sha, f"the service runs {llmops.running[:7]}, not {sha[:7]}")
    must(scene.row(deploy.number).evidence.get("version") == sha, "the card is green without evidence")
    return "the run was looked for and found, not dispatched again"


async def cancelled(scene: Scene) -> str:
    """somebody cancels the run on GitHub's page"""
    llmops, running = scene.stage.llmops, scene.stage.llmops.running
    scene.stage.push()
    deploy = await scene.deploy(ENV, service=SERVICE)
    await scene.stage.until(lambda: llmops.busy and scene.row(deploy.number).phase == "running", PATIENCE)
    must(llmops.cancel(), "the run was over before it was cancelled")
    card = await scene.title(deploy.number, scene.words.llmops_untouched)
    must(COLLEAGUE in card.text, f"the card does not say who it was: {card.text[:300]}")
    must(llmops.running == running, "the service was touched")
    return f"the card names {COLLEAGUE}; {running[:7]} still runs"


STEPS = (unanswered, cancelled)
