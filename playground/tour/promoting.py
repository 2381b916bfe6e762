"""Production is promoted, not pushed: gates, two groups, a freeze, the queue. Nothing real runs behind doc-search."""

import json
import time
from datetime import UTC, datetime

from playground.discord import Seen
from playground.stage import DeployRow, config_file
from playground.tour.scene import PATIENCE, Scene, Untrue, button_of, must

SERVICE = "doc-search"


async def nothing_verified(scene: Scene) -> str:
    """promote what was never verified in staging"""
    before = scene.stage.ledger.last()
    answer = await _promote(scene)
    must(scene.words.not_verified in answer.text, f"the promotion was told: {answer.text[:200]}")
    must(scene.stage.ledger.last() == before, "the ledger has a promotion")
    return "refused, nothing written"


async def soaking(scene: Scene) -> str:
    """promote while staging has not been watched for long enough"""
    deploy = await _to_staging(scene)
    _score(scene, deploy.to, 0.91)
    plan = await _promote(scene)
    must(scene.words.not_yet in plan.text, f"the plan says: {plan.text[:400]}")
    must(not _confirms(plan), "a plan whose gate is not met can be confirmed")
    return "the plan says for how long, and has no Confirm"


async def evaluation(scene: Scene) -> str:
    """promote a version whose evaluation fails"""
    deploy = _staged(scene)
    _score(scene, deploy.to, 0.42)
    plan = await _soaked(scene)
    must("FAIL" in plan.text, f"the plan says: {plan.text[:400]}")
    must(not _confirms(plan), "a plan whose evaluation fails can be confirmed")
    _score(scene, deploy.to, 0.91)
    return "FAIL in the table, and no Confirm"


async def two_groups(scene: Scene) -> str:
    """a promotion that two groups approve"""
    deploy = await _promoted(scene)
    must(deploy.to == _staged(scene).to, "another version was promoted than staging has")
    return "on-call alone did not do; the very version of staging, verified"


async def frozen(scene: Scene) -> str:
    """a freeze stops a deploy, not a rollback"""
    await _to_staging(scene)
    _score(scene, _staged(scene).to, 0.93)
    await _promoted(scene)
    haneul = scene.person("haneul")
    await haneul.command("freeze", env="prod", reason="a launch", deadline=PATIENCE)
    try:
        refused = await scene.plan("deploy", "prod", service=SERVICE)
        must(scene.words.frozen in refused.text, f"the deploy was told: {refused.text[:200]}")
        back = await scene.confirm(await scene.plan("rollback", "prod", service=SERVICE))
        settled = await scene.settled(back.number)
        must(settled.verdict == "succeeded", f"the rollback ended {settled.verdict} ({settled.code})")
    finally:
        await haneul.command("unfreeze", env="prod", deadline=PATIENCE)
    return "the deploy refused, the rollback done"


async def queued(scene: Scene) -> str:
    """a busy target: queue up, be called, confirm"""
    first = await scene.deploy("staging", service=SERVICE)
    refused = await scene.plan("deploy", "staging", by="minsu", service=SERVICE, version="next")
    minsu = scene.person("minsu")
    await minsu.click(refused, custom_id=button_of(refused, "queue"), deadline=PATIENCE)
    await scene.settled(first.number)
    call = await scene.stage.until(lambda: _called(scene), PATIENCE)
    if call is None:
        raise Untrue("nobody was called")
    plan = (await minsu.click(call, custom_id=button_of(call, "queue_plan"), deadline=PATIENCE)).message
    if plan is None:
        raise Untrue("the queue has no plan to show")
    must(scene.stage.ledger.last("staging", SERVICE) == scene.row(first.number), "something started by itself")
    second = await scene.settled((await scene.confirm(plan, by="minsu")).number)
    must(second.verdict == "succeeded", f"it ended {second.verdict} ({second.code})")
    return "pinged once, planned anew, nothing started by itself"


async def _promote(scene: Scene) -> Seen:
    jieun = scene.person("jieun")
    return await jieun.command("promote", service=SERVICE, to="prod", deadline=PATIENCE)


async def _to_staging(scene: Scene) -> DeployRow:
    version = f"release-{len(scene.stage.ledger.deploys())}"
    plan = await scene.plan("deploy", "staging", service=SERVICE, version=version)
    deploy = await scene.settled((await scene.confirm(plan)).number)
    must(deploy.verdict == "succeeded", f"staging ended {deploy.verdict} ({deploy.code})")
    return deploy


def _staged(scene: Scene) -> DeployRow:
    deploy = scene.stage.ledger.last("staging", SERVICE)
    if deploy is None:
        raise Untrue("nothing was deployed to staging")
    return deploy


async def _soaked(scene: Scene) -> Seen:
    """The plan of a promotion, once nothing is said of time any more."""
    end = time.monotonic() + PATIENCE
    while scene.words.not_yet in (plan := await _promote(scene)).text:
        must(time.monotonic() < end, "the soak is never over")
        await scene.discord.state.changes.next(1.0)
    return plan


async def _promoted(scene: Scene) -> DeployRow:
    """Confirmed by the requester, approved by on-call and, only then, by an approver."""
    deploy = await scene.confirm(await _soaked(scene))
    card = await scene.card(deploy.number)
    await scene.stage.until(lambda: "✅" in card.reactions, PATIENCE)
    await scene.person("haneul").react(card, "✅")
    await scene.stage.until(lambda: "1/2" in card.text, PATIENCE)
    must(scene.row(deploy.number).phase == "awaiting", "one of two groups was enough")
    await scene.person("minsu").react(card, "✅")
    settled = await scene.settled(deploy.number)
    must(settled.verdict == "succeeded", f"the promotion ended {settled.verdict} ({settled.code})")
    return settled


def _score(scene: Scene, version: str, score: float) -> None:
    metrics = [{"name": "answer accuracy", "score": score, "threshold": 0.8}]
    results = {"version": version, "at": datetime.now(UTC).isoformat(), "metrics": metrics}
    path = config_file.results(scene.stage.ledger.path.parent, version)
    path.write_text(json.dumps(results), encoding="utf-8")


def _confirms(plan: Seen) -> bool:
    return any((button.custom_id or "").split(":")[1:2] == ["confirm"] for button in plan.buttons)


def _called(scene: Scene) -> Seen | None:
    told = (one for one in scene.discord.messages("deploys") if "minsu" in one.pings)
    return next((one for one in told if any("queue_plan" in (button.custom_id or "") for button in one.buttons)), None)


STEPS = (nothing_verified, soaking, evaluation, two_groups, frozen, queued)
