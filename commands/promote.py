"""/promote: the very version that is verified in the environment before, of one service or of all; no other version."""

from __future__ import annotations

from discord import app_commands

from bot import cards, wording
from bot.client import Click, said
from bot.errors import Refusal
from bot.model import Card, Kind, Target
from commands.answers import Reader, answer
from commands.app import App
from commands.deploy import propose
from commands.options import Name, Slash, promotable, services


def command(app: App) -> Slash:
    """Discord wants what must be given before what may be."""

    @app_commands.command(name="promote", description=said("command.promote"))
    @app_commands.describe(to=said("option.to"), service=said("option.service.all"))
    @app_commands.autocomplete(to=promotable(app), service=services(app))
    async def promote(interaction: Click, to: Name, service: Name | None = None) -> None:
        async def plan(reader: Reader) -> Card:
            if service is not None:
                return await propose(app, reader, Kind.PROMOTE, Target(service, to))
            offer = await app.engine.sets.propose(to, reader.person)
            return cards.set_card(offer.set, offer.deploys, reader.language, reader.now)

        await answer(app, interaction, plan)

    return promote


async def replan(app: App, reader: Reader, ref: str) -> Card:
    """``ref``: the set's ULID."""
    offer = await app.engine.sets.replan(ref, reader.person)
    return cards.set_card(offer.set, offer.deploys, reader.language, reader.now)


async def tick(app: App, reader: Reader, ref: str) -> Card:
    """``ref``: the set's ULID and a deploy's number, as the select's options say them."""
    ulid, _, number = ref.partition("/")
    if not (number.isascii() and number.isdigit()):
        raise Refusal("stale")
    offer = await app.engine.sets.tick(ulid, int(number), reader.person)
    return cards.set_card(offer.set, offer.deploys, reader.language, reader.now)


async def confirm(app: App, reader: Reader, ref: str) -> Card:
    offer = await app.engine.sets.confirm(ref, reader.person, message=reader.message)
    numbers = ", ".join(f"#{deploy.number}" for deploy in offer.deploys)
    where = wording.Trusted(f"<#{app.deploys}>")
    known = {"n": len(offer.deploys), "env": offer.set.env, "numbers": wording.Trusted(numbers)}
    return cards.notice("notice.set_confirmed", reader.language, channel=where, **known)


async def close(app: App, reader: Reader, ref: str) -> Card:
    await app.engine.sets.close(ref, reader.person)
    return cards.notice("notice.plan_closed", reader.language)
