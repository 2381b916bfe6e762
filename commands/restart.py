"""/restart: the process only, the version stays."""

from __future__ import annotations

from discord import app_commands

from bot.client import Click, said
from bot.model import Card, Kind, Target
from commands.answers import Reader, answer
from commands.app import App
from commands.deploy import propose
from commands.options import Name, Slash, described, envs, services


def command(app: App) -> Slash:
    @app_commands.command(name="restart", description=said("command.restart"))
    @app_commands.describe(**described("service", "env"))
    @app_commands.autocomplete(service=services(app), env=envs(app))
    async def restart(interaction: Click, service: Name, env: Name) -> None:
        async def plan(reader: Reader) -> Card:
            return await propose(app, reader, Kind.RESTART, Target(service, env))

        await answer(app, interaction, plan)

    return restart
