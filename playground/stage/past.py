"""The channel is never empty: two deploys by a colleague, done for real, and a status that everybody can read."""

from typing import TYPE_CHECKING

from playground.stage.orders import PATIENCE, Orders, Untrue, button_of

if TYPE_CHECKING:
    from playground.stage.stage import Stage

COLLEAGUE = "minsu"


async def live_through(stage: "Stage") -> None:
    """One release through staging into production. Afterwards `stage.base` is the newest deploy's number."""
    orders = Orders(stage)
    async with stage.event("past", "minsu"):
        sha = await stage.release()
    for env in ("staging", "prod"):
        async with stage.event(f"past.{env}", sha[:7]):
            make = orders.deploy if env == "staging" else orders.approved
            deploy = await orders.settled((await make(env, by=COLLEAGUE)).number)
            if deploy.verdict != "succeeded":
                raise Untrue(f"#{deploy.number} on {env} ended {deploy.verdict} ({deploy.code})")
            stage.base = deploy.number
    async with stage.event("past.status"):
        person = stage.person(COLLEAGUE)
        status = await person.command("status", deadline=PATIENCE)
        await person.click(status, custom_id=button_of(status, "share"), deadline=PATIENCE)
