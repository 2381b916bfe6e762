"""llmops in prod: a service on ECS that is told of a revision exactly once, and whose own way back is no success."""

from playground.stage.fleet import ENV
from playground.stage.llmops import SERVICE
from playground.tour.scene import PATIENCE, Scene, must

QUICK = 0.1
"""Seconds that a step of a rollout takes here."""


async def promoted(scene: Scene) -> str:
    """what GitHub deployed to dev is promoted to ECS, whose answer to the update is lost"""
    fleet = scene.stage.fleet
    fleet.service.pace = QUICK
    digest = fleet.repository.digest_of(scene.stage.llmops.running)
    before = len(fleet.service.history)
    fleet.aws.faults.next("UpdateService", "lost_after_effect")
    plan = await scene.person("jieun").command("promote", service=SERVICE, to=ENV, deadline=PATIENCE)
    deploy = await scene.confirm(plan)
    await scene.title(deploy.number, scene.words.llmops_promoted)
    made = len(fleet.service.history) - before
    must(made == 1, f"ECS began {made} deployments")
    must(fleet.digest == digest, f"the tasks run {fleet.digest[:19]}, not {str(digest)[:19]}")
    must(scene.row(deploy.number).evidence.get("version") == digest, "the card is green without evidence")
    await scene.stage.until(lambda: fleet.queue.deleted, PATIENCE)
    return "the service was read, not updated again; both tasks run the image of that commit"


async def rolled_back(scene: Scene) -> str:
    """the tasks crash, and ECS is steady again on the old revision"""
    fleet = scene.stage.fleet
    running = fleet.digest
    sha = scene.stage.push()
    fleet.arm("tasks_crash")
    deploy = await scene.deploy(ENV, service=SERVICE, version=sha)
    await scene.title(deploy.number, scene.words.llmops_untouched)
    row = scene.row(deploy.number)
    must(row.code == "rolled_back_by_ecs", f"the ledger calls it {row.code}")
    must((fleet.digest, fleet.service.steady) == (running, True), "the service is not steady on the old version")
    return "a stable service is not a deploy that succeeded"


async def taken_over(scene: Scene) -> str:
    """somebody else updates the service meanwhile"""
    fleet = scene.stage.fleet
    fleet.service.pace = 1.0
    deploy = await scene.deploy(ENV, service=SERVICE, version=scene.stage.push())
    await scene.stage.until(lambda: fleet.busy and scene.row(deploy.number).phase == "running", PATIENCE)
    digest, sent = fleet.somebody_else(), _updates(scene)
    await scene.title(deploy.number, scene.words.llmops_overtaken)
    fleet.service.pace = QUICK
    await scene.stage.until(lambda: not fleet.busy, PATIENCE)
    must(_updates(scene) == sent, "the service was updated again")
    must(fleet.digest == digest, "the other's version does not run")
    return "the card keeps its hands off; the other's version runs"


def _updates(scene: Scene) -> int:
    return sum(one.action == "UpdateService" for one in scene.stage.fleet.aws.requests)


STEPS = (promoted, rolled_back, taken_over)
