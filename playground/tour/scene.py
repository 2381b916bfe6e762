"""The verbs of the tour: ask, confirm, vote, wait for the end, and hold the end against the truth."""

from typing import Any

from playground.discord import Person, Seen
from playground.stage import DeployRow, Stage
from playground.tour.words import WORDS, Words

SERVICE = "ai-server"
PATIENCE = 45.0
"""Seconds that a deploy of the demo application may take on a slow machine."""


class Untrue(Exception):
    """Something is not as the tour says it must be."""


def must(true: object, otherwise: str) -> None:
    """Raises Untrue with the sentence unless `true`."""
    if not true:
        raise Untrue(otherwise)


class Scene:
    """One stage, played on by its people."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.discord = stage.discord

    @property
    def words(self) -> Words:
        return WORDS[self.stage.language]

    def person(self, key: str) -> Person:
        return self.stage.person(key)

    # Ordering

    async def plan(self, verb: str, env: str, *, by: str = "jieun", **given: Any) -> Seen:
        """The private plan that answers `/verb`."""
        answer = await self.person(by).command(verb, service=SERVICE, env=env, deadline=PATIENCE, **given)
        must(answer.ephemeral, f"the plan of /{verb} can be seen by everybody")
        return answer

    async def confirm(self, plan: Seen, *, by: str = "jieun") -> DeployRow:
        """Presses the plan's first button; the deploy that is confirmed then."""
        before = self.stage.ledger.last()
        button = next((one for one in plan.buttons if _does(one.custom_id, "confirm", "unlock_deploy")), None)
        if button is None:
            raise Untrue(f"nothing to confirm on {plan!r}")
        answer = await self.person(by).click(plan, custom_id=button.custom_id, deadline=PATIENCE)
        made = self.stage.ledger.last()
        if made is None or (before and made.number == before.number):
            raise Untrue(f"the confirm made no deploy: {answer.text[:300]}")
        return made

    async def deploy(self, env: str, *, by: str = "jieun") -> DeployRow:
        """/deploy and Confirm."""
        return await self.confirm(await self.plan("deploy", env, by=by), by=by)

    # Watching

    async def card(self, number: int) -> Seen:
        """The newest public card of a deploy, as soon as there is one."""

        def drawn() -> Seen | None:
            ids = [one["message"] for one in self.stage.ledger.announcements(number) if one["kind"] == "card"]
            return next((one for one in reversed(self.discord.messages("deploys")) if one.id in ids), None)

        card = await self.discord.until(drawn, PATIENCE)
        if card is None:
            raise Untrue(f"#{number} has no card")
        return card

    async def title(self, number: int, title: str) -> Seen:
        """The deploy's card once it has this title. The channel's screen stands in the error otherwise."""
        card = await self.card(number)
        await self.discord.until(lambda: title in [embed.title for embed in card.embeds], PATIENCE)
        return card

    async def title_in_content(self, number: int, text: str) -> Seen:
        """The deploy's card once its one-line content has this text."""
        card = await self.card(number)
        await self.discord.until(lambda: text in card.content, PATIENCE)
        return card

    async def approved(self, env: str) -> DeployRow:
        """/deploy, Confirm and the on-call person's ✅."""
        deploy = await self.deploy(env)
        card = await self.title_in_content(deploy.number, self.words.approval)
        await self.discord.until(lambda: "✅" in card.reactions, PATIENCE)
        await self.person("haneul").react(card, "✅")
        return deploy

    async def pinged(self, number: int, key: str) -> Seen:
        """The message about this deploy, other than its card, that notified this person."""

        def found() -> Seen | None:
            ids = [one["message"] for one in self.stage.ledger.announcements(number) if one["kind"] != "card"]
            told = (one for one in self.discord.messages("deploys") + self.discord.messages("alerts") if one.id in ids)
            return next((one for one in told if key in one.pings), None)

        message = await self.discord.until(found, PATIENCE)
        if message is None:
            raise Untrue(f"{key} was not pinged about #{number}")
        return message

    def row(self, number: int) -> DeployRow:
        return next(one for one in self.stage.ledger.deploys() if one.number == number)

    # The truth

    async def runs(self, env: str, sha: str) -> None:
        """What answers on the target is this version, by its own words and healthy."""
        host = self.stage.host(env)
        status, body = await host.health()
        must(status == 200, f"{env} answers {status} {body[:80]} to the health check")
        running = await host.version()
        must(running == sha, f"{env} runs {running[:7]}, not {sha[:7]}")

    async def starts(self, env: str, sha: str) -> int:
        """How often the application was really started with this version."""
        told = await self.stage.host(env).effects()
        return sum(one.by == "app" and one.what == "start" and one.facts.get("version") == sha for one in told)

    async def green(self, number: int, title: str, env: str, sha: str) -> Seen:
        """The card is green, the ledger has evidence, and the target runs the version. The card."""
        card = await self.title(number, title)
        row = self.row(number)
        must(row.to == sha, f"#{number} was to deploy {row.to[:7]}, not {sha[:7]}")
        must(row.evidence.get("version") == sha, f"#{number} is green without evidence: {row.evidence}")
        await self.runs(env, sha)
        return card


def _does(custom_id: str | None, *actions: str) -> bool:
    return (custom_id or "").split(":")[1:2] in [[one] for one in actions]
