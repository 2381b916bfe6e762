"""/logs: the service's last lines, masked on the target, for the reader alone."""

from __future__ import annotations

from discord import app_commands

from bot.client import Click, said
from bot.model import Card
from commands import views
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Slash, described, envs, services


def command(app: App) -> Slash:
    @app_commands.command(name="logs", description=said("command.logs"))
    @app_commands.describe(**described("service", "env"))
    @app_commands.autocomplete(service=services(app), env=envs(app))
    async def logs(interaction: Click, service: Name, env: Name) -> None:
        async def look(reader: Reader) -> Card:
            return await views.logs(app, reader, f"{service}/{env}")

        await answer(app, interaction, look)

    return logs
