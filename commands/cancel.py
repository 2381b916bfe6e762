"""/cancel and its buttons. Before the intent: cancelled. After it: first what stopping would leave behind."""

from __future__ import annotations

from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.errors import Refusal
from bot.model import Card
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Slash, described, open_deploys


def command(app: App) -> Slash:
    @app_commands.command(name="cancel", description=said("command.cancel"))
    @app_commands.describe(**described("deploy"))
    @app_commands.autocomplete(deploy=open_deploys(app))
    async def cancel_(interaction: Click, deploy: Name | None = None) -> None:
        async def act(reader: Reader) -> Card:
            if deploy is not None:
                found = [await app.engine.by_number(numbered(deploy))]
            else:
                found = await app.engine.open_for(reader.person)
            if not found:
                raise Refusal("nothing_open")
            if len(found) > 1:
                return cards.pick_card(found, reader.language)
            return await cancel(app, reader, found[0].ulid)

        await answer(app, interaction, act)

    return cancel_


def numbered(typed: str) -> int:
    """``128`` or ``#128``. Refusal("unknown_deploy") for anything else."""
    digits = typed.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Refusal("unknown_deploy", deploy=typed)
    return int(digits)


async def cancel(app: App, reader: Reader, ref: str) -> Card:
    try:
        deploy = await app.engine.cancel(ref, reader.person, message=reader.message)
    except Refusal as error:
        if error.code != "running":
            raise
        return await ask(app, reader, ref)
    return cards.notice("notice.cancelled", reader.language, number=deploy.number, target=deploy.target)


async def ask(app: App, reader: Reader, ref: str) -> Card:
    effect = await app.engine.stop_effect(ref, reader.person, message=reader.message)
    return cards.stop_card(await app.engine.get(ref), effect, reader.language)


async def stop(app: App, reader: Reader, ref: str) -> Card:
    deploy = await app.engine.stop(ref, reader.person, message=reader.message)
    return cards.notice("notice.stopping", reader.language, number=deploy.number, target=deploy.target)
