"""/freeze and /unfreeze: a calendar window in which an environment (or ``all``) takes no deploys."""

from __future__ import annotations

from discord import app_commands

from bot import cards, wording
from bot.client import Click, said
from bot.model import Card
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Slash, Words, described, envs

ALL = "all"


def freeze(app: App) -> Slash:
    @app_commands.command(name="freeze", description=said("command.freeze"))
    @app_commands.describe(**described("env", "until", "reason"))
    @app_commands.autocomplete(env=envs(app))
    async def freeze(interaction: Click, env: Name, until: Name | None = None, reason: Words | None = None) -> None:
        async def act(reader: Reader) -> Card:
            made = await app.locks.freeze(_named(env), reader.person, until, reason or "")
            return cards.notice(
                "notice.frozen",
                reader.language,
                env=made.env or wording.text(reader.language, "word.all"),
                until=made.until,
                reason=made.reason,
            )

        await answer(app, interaction, act)

    return freeze


def unfreeze(app: App) -> Slash:
    @app_commands.command(name="unfreeze", description=said("command.unfreeze"))
    @app_commands.describe(**described("env"))
    @app_commands.autocomplete(env=envs(app))
    async def unfreeze(interaction: Click, env: Name) -> None:
        async def act(reader: Reader) -> Card:
            await app.locks.unfreeze(_named(env), reader.person)
            return cards.notice("notice.unfrozen", reader.language, env=env)

        await answer(app, interaction, act)

    return unfreeze


def _named(env: str) -> str | None:
    """None means every environment."""
    return None if env.casefold() == ALL else env
