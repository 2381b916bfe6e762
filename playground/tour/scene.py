"""The people's verbs, and holding what the card says against the truth."""

from playground.discord import Seen
from playground.stage.orders import PATIENCE, SERVICE, Orders, Untrue, button_of
from playground.tour.words import WORDS, Words

__all__ = ["PATIENCE", "SERVICE", "Scene", "Untrue", "button_of", "must"]


def must(true: object, otherwise: str) -> None:
    """Raises Untrue with the sentence unless `true`."""
    if not true:
        raise Untrue(otherwise)


class Scene(Orders):
    """The people's verbs, and the checks."""

    @property
    def words(self) -> Words:
        return WORDS[self.stage.language]

    # Watching

    async def title(self, number: int, title: str) -> Seen:
        """The deploy's card once it has this title. The channel's screen stands in the error otherwise."""
        card = await self.card(number)
        await self.stage.until(lambda: title in [embed.title for embed in card.embeds], PATIENCE)
        return card

    async def title_in_content(self, number: int, text: str) -> Seen:
        """The deploy's card once its one-line content has this text."""
        card = await self.card(number)
        await self.stage.until(lambda: text in card.content, PATIENCE)
        return card

    async def pinged(self, number: int, key: str) -> Seen:
        """The message about this deploy, other than its card, that notified this person."""

        def found() -> Seen | None:
            ids = [one["message"] for one in self.stage.ledger.announcements(number) if one["kind"] != "card"]
            told = (one for one in self.discord.messages("deploys") + self.discord.messages("alerts") if one.id in ids)
            return next((one for one in told if key in one.pings), None)

        message = await self.stage.until(found, PATIENCE)
        if message is None:
            raise Untrue(f"{key} was not pinged about #{number}")
        return message

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
