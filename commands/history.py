"""/history: a line a deploy, drift and restarts included."""

from __future__ import annotations

import discord
from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.model import Card
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Slash, described, envs, services


def command(app: App) -> Slash:
    @app_commands.command(name="history", description=said("command.history"))
    @app_commands.describe(**described("service", "env", "since", "who"))
    @app_commands.autocomplete(service=services(app), env=envs(app))
    async def history(
        interaction: Click,
        service: Name | None = None,
        env: Name | None = None,
        since: Name | None = None,
        who: discord.User | None = None,
    ) -> None:
        async def look(reader: Reader) -> Card:
            rows = await app.board.history(service, env, since, str(who.id) if who else None)
            return cards.history_card(rows, reader.language, reader.now)

        await answer(app, interaction, look)

    return history
