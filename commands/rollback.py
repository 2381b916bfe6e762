"""/rollback: the private plan back to the last verified version, or to one that is named."""

from __future__ import annotations

from discord import app_commands

from bot.client import Click, said
from bot.model import Card, Kind, Target
from commands.answers import Reader, answer
from commands.app import App
from commands.deploy import propose
from commands.options import Name, Ref, Slash, described, envs, services, versions


def command(app: App) -> Slash:
    @app_commands.command(name="rollback", description=said("command.rollback"))
    @app_commands.describe(**described("service", "env", "version"))
    @app_commands.autocomplete(service=services(app), env=envs(app), version=versions(app))
    async def rollback(interaction: Click, service: Name, env: Name, version: Ref | None = None) -> None:
        async def plan(reader: Reader) -> Card:
            return await propose(app, reader, Kind.ROLLBACK, Target(service, env), version)

        await answer(app, interaction, plan)

    return rollback
