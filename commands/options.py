"""The options that several commands share. Suggestions come from memory and are never trusted."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands

from bot.client import Click, said
from bot.model import Choices
from commands.app import App

Slash = app_commands.Command[Any, ..., Any]
Name = app_commands.Range[str, 1, 64]
Ref = app_commands.Range[str, 1, 200]
Words = app_commands.Range[str, 1, 400]
Suggest = Callable[[Click, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]


def described(*names: str) -> dict[str, app_commands.locale_str]:
    """Descriptions of options by their English names, for ``app_commands.describe``."""
    return {name: said(f"option.{name.rstrip('_')}") for name in names}


def services(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.services(typed))


def envs(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.envs(_typed(click, "service"), typed))


def promotable(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.promotable(_typed(click, "service"), typed))


def versions(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.versions(_typed(click, "service"), _typed(click, "env"), typed))


def models(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.models(_typed(click, "service"), _typed(click, "env"), typed))


def deploys(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.deploys(typed))


def open_deploys(app: App) -> Suggest:
    return _suggest(app, lambda click, typed: app.board.deploys(typed, unfinished=True))


def _suggest(app: App, known: Callable[[Click, str], Choices]) -> Suggest:
    async def suggest(interaction: Click, current: str) -> list[app_commands.Choice[str]]:
        if interaction.guild_id != app.guild:
            return []
        found = known(interaction, current).items[:25]
        return [app_commands.Choice(name=shown[:100], value=value[:100]) for shown, value in found]

    return suggest


def _typed(interaction: discord.Interaction[Any], name: str) -> str | None:
    """What stands in another option while this one is typed."""
    return getattr(interaction.namespace, name, None) or None
