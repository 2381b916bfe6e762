"""/why: step by step what happened to a deploy, or between a target's last healthy and first failing moment."""

from __future__ import annotations

from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.model import Card
from commands.answers import Reader, answer
from commands.app import App
from commands.cancel import numbered
from commands.options import Name, Slash, deploys, described, envs, services


def command(app: App) -> Slash:
    @app_commands.command(name="why", description=said("command.why"))
    @app_commands.describe(**described("deploy", "service", "env"))
    @app_commands.autocomplete(deploy=deploys(app), service=services(app), env=envs(app))
    async def why(
        interaction: Click, deploy: Name | None = None, service: Name | None = None, env: Name | None = None
    ) -> None:
        async def look(reader: Reader) -> Card:
            number = numbered(deploy) if deploy else None
            return cards.why_card(await app.board.why(number, service, env), reader.language, reader.now)

        await answer(app, interaction, look)

    return why
