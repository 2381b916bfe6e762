"""/promote: a private plan with the very version that is verified in the environment before. It takes no version."""

from __future__ import annotations

from discord import app_commands

from bot.client import Click, said
from bot.model import Card, Kind, Target
from commands.answers import Reader, answer
from commands.app import App
from commands.deploy import propose
from commands.options import Name, Slash, described, promotable, services


def command(app: App) -> Slash:
    @app_commands.command(name="promote", description=said("command.promote"))
    @app_commands.describe(**described("service", "to"))
    @app_commands.autocomplete(service=services(app), to=promotable(app))
    async def promote(interaction: Click, service: Name, to: Name) -> None:
        async def plan(reader: Reader) -> Card:
            return await propose(app, reader, Kind.PROMOTE, Target(service, to))

        await answer(app, interaction, plan)

    return promote
