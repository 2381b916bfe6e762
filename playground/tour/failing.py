"""The bad days: an install that fails, a release that crashes, and the way back."""

from playground.tour.scene import PATIENCE, SERVICE, Scene, Untrue, button_of, must


async def before_the_switch(scene: Scene) -> str:
    """a release whose install fails"""
    good = await scene.stage.host("staging").version()
    bad = await scene.stage.release("pip_fails")
    deploy = await scene.deploy("staging")
    await scene.title(deploy.number, scene.words.untouched)
    await scene.runs("staging", good)
    must(await scene.starts("staging", bad) == 0, "the release that could not be installed was started")
    return f"red, “{scene.words.untouched.split(' - ')[1]}”, and it is: {good[:7]} answers"


async def broken(scene: Scene) -> str:
    """a broken release on prod"""
    bad = await scene.stage.release("crashes")
    deploy = await scene.approved("prod")
    card = await scene.title(deploy.number, scene.words.broken)
    must("pypdf" in card.text, f"the card does not say why: {card.text[:400]}")
    status, _ = await scene.stage.host("prod").health()
    must(status != 200, "prod answers 200 under a red card")
    await scene.pinged(deploy.number, "haneul")
    must(scene.row(deploy.number).to == bad, "another version was deployed")
    return f"red, “{scene.words.broken.split(' - ')[1]}”, on-call pinged, cause shown"


async def rollback(scene: Scene) -> str:
    """on-call rolls prod back"""
    failed = scene.stage.ledger.last("prod", SERVICE)
    if failed is None or failed.verdict != "failed":
        raise Untrue("prod's last deploy did not fail")
    card = await scene.card(failed.number)
    button = button_of(card, "rollback")
    answer = await scene.person("haneul").click(card, custom_id=button, deadline=PATIENCE)
    if answer.message is None:
        raise Untrue("Roll back opened no plan")
    back = await scene.confirm(answer.message, by="haneul")
    must(back.to == failed.before, f"it goes back to {back.to[:7]}, not {(failed.before or '')[:7]}")
    await scene.green(back.number, scene.words.rolled_back, "prod", back.to)
    return f"{back.to[:7]} answers again, nobody had to approve"


STEPS = (before_the_switch, broken, rollback)
