"""/help: generated from the commands and the configuration, so that it cannot lie."""

from __future__ import annotations

from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.model import Card
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Slash


def command(app: App, names: tuple[str, ...], group: str | None) -> Slash:
    """``names``: every command that there is; ``group``: the word that stands before them."""
    written = tuple((f"/{group} {name}" if group else f"/{name}", f"command.{name}") for name in names)

    @app_commands.command(name="help", description=said("command.help"))
    async def help_(interaction: Click) -> None:
        async def show(reader: Reader) -> Card:
            return cards.help_card(written, tuple(app.titles), reader.language)

        await answer(app, interaction, show)

    return help_
