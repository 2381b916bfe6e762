"""What the people of this team do in Discord: ask for a plan, confirm it, approve, wait for the card."""

from typing import TYPE_CHECKING, Any

from playground.discord import Person, Seen
from playground.stage.ledger import DeployRow

if TYPE_CHECKING:
    from playground.stage.stage import Stage

SERVICE = "ai-server"
PATIENCE = 45.0
"""Seconds that a deploy of the demo application may take on a slow machine."""


class Untrue(Exception):
    """Something is not as it must be."""


class Orders:
    """One stage, played on by its people. Raises Untrue, and what LocalDiscord raises."""

    def __init__(self, stage: "Stage") -> None:
        self.stage = stage
        self.discord = stage.discord

    def person(self, key: str) -> Person:
        return self.stage.person(key)

    async def plan(self, verb: str, env: str, *, by: str = "jieun", service: str = SERVICE, **given: Any) -> Seen:
        """The answer to `/verb`: a private plan, or a private refusal."""
        answer = await self.person(by).command(verb, service=service, env=env, deadline=PATIENCE, **given)
        if not answer.ephemeral:
            raise Untrue(f"the answer to /{verb} can be seen by everybody")
        return answer

    async def confirm(self, plan: Seen, *, by: str = "jieun") -> DeployRow:
        """Presses the plan's Confirm; the deploy that is confirmed then."""
        before = self.stage.ledger.last()
        button = button_of(plan, "confirm", "unlock_deploy")
        answer = await self.person(by).click(plan, custom_id=button, deadline=PATIENCE)
        made = self.stage.ledger.last()
        if made is None or (before and made.number == before.number):
            raise Untrue(f"the confirm made no deploy: {answer.text[:300]}")
        return made

    async def deploy(self, env: str, *, by: str = "jieun", service: str = SERVICE, **given: Any) -> DeployRow:
        """/deploy and Confirm."""
        return await self.confirm(await self.plan("deploy", env, by=by, service=service, **given), by=by)

    async def approved(self, env: str, *, by: str = "jieun") -> DeployRow:
        """/deploy, Confirm and the on-call person's ✅."""
        deploy = await self.deploy(env, by=by)
        card = await self.card(deploy.number)
        await self.stage.until(lambda: "✅" in card.reactions, PATIENCE)
        await self.person("haneul").react(card, "✅")
        return deploy

    async def card(self, number: int) -> Seen:
        """The newest public card of a deploy, as soon as there is one."""

        def drawn() -> Seen | None:
            ids = [one["message"] for one in self.stage.ledger.announcements(number) if one["kind"] == "card"]
            return next((one for one in reversed(self.discord.messages("deploys")) if one.id in ids), None)

        card = await self.stage.until(drawn, PATIENCE)
        if card is None:
            raise Untrue(f"#{number} has no card")
        return card

    async def settled(self, number: int) -> DeployRow:
        """The deploy, once it has a verdict."""
        await self.stage.until(lambda: self.row(number).verdict, PATIENCE)
        return self.row(number)

    def row(self, number: int) -> DeployRow:
        """A confirmed deploy by its number."""
        return next(one for one in self.stage.ledger.deploys() if one.number == number)


def button_of(message: Seen, *actions: str) -> str:
    """The custom id of the first button that does one of these (`slip1:<action>:<reference>`)."""
    for button in message.buttons:
        if (button.custom_id or "").split(":")[1:2] in [[one] for one in actions]:
            return str(button.custom_id)
    raise Untrue(f"no button to {' or '.join(actions)} on {message!r}")
