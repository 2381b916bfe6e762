"""/status: what runs where now. Private; *Share in channel* makes a public copy."""

from __future__ import annotations

from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.model import Card
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Slash, described, envs, services


def command(app: App) -> Slash:
    @app_commands.command(name="status", description=said("command.status"))
    @app_commands.describe(**described("service", "env"))
    @app_commands.autocomplete(service=services(app), env=envs(app))
    async def status(interaction: Click, service: Name | None = None, env: Name | None = None) -> None:
        async def look(reader: Reader) -> Card:
            return cards.status_card(await app.board.status(service, env), reader.language, reader.now)

        await answer(app, interaction, look)

    return status
