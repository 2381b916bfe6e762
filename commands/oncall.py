"""/oncall: everybody sees who is on call now and next; with ``who`` somebody else takes over."""

from __future__ import annotations

import discord
from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.errors import Refusal
from bot.model import Card, Person
from commands.answers import Reader, answer, roles_of
from commands.app import App
from commands.options import Name, Slash


def command(app: App) -> Slash:
    @app_commands.command(name="oncall", description=said("command.oncall"))
    @app_commands.describe(who=said("option.oncall.who"), until=said("option.oncall.until"))
    async def oncall(interaction: Click, who: discord.User | None = None, until: Name | None = None) -> None:
        async def act(reader: Reader) -> Card:
            if who is None and until is not None:
                raise Refusal("until_of_whom")
            told = await (app.duties.override(_person(who), reader.person, until) if who else app.duties.told())
            return cards.oncall_card(told, reader.language)

        await answer(app, interaction, act)

    return oncall


async def end(app: App, reader: Reader, ref: str) -> Card:
    """*End override*, by the number of the override that the answer showed."""
    if not (ref.isascii() and ref.isdecimal()):
        raise Refusal("stale")
    return cards.oncall_card(await app.duties.end(int(ref), reader.person), reader.language)


def _person(user: discord.User | discord.Member) -> Person:
    """Somebody who is not a member here is told as such by Discord: a user without roles."""
    if not isinstance(user, discord.Member):
        raise Refusal("oncall_nobody")
    return Person(str(user.id), user.display_name, roles_of(user), bot=user.bot)
