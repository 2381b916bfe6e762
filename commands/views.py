"""What buttons and selects only show: a target, its logs, a deploy's changes, why something was refused; and Share."""

from __future__ import annotations

import secrets
from dataclasses import replace

import discord

from bot import cards
from bot.client import Click
from bot.model import Card, Target
from commands.answers import Reader
from commands.app import App


async def target(app: App, reader: Reader, ref: str) -> Card:
    """One target of /status with its own actions. ``ref``: ``service/env``."""
    service, _, env = ref.partition("/")
    return cards.status_card(await app.board.status(service, env), reader.language, reader.now)


async def logs(app: App, reader: Reader, ref: str) -> Card:
    wanted = Target(*ref.split("/", 1)) if "/" in ref else (await app.engine.get(ref)).target
    return cards.logs_card(wanted, await app.board.logs(wanted, reader.person), reader.language)


async def diff(app: App, reader: Reader, ref: str) -> Card:
    return cards.diff_card((await app.board.diff(ref)).plan, reader.language)


async def details(app: App, reader: Reader, ref: str) -> Card:
    return cards.details_card(await app.board.details(ref), reader.language, reader.now)


async def share(app: App, reader: Reader, interaction: Click) -> Card:
    """The same targets in the public language, by bot token, without buttons: a copy for everybody, not a panel."""
    keys = _on_offer(interaction)
    rows = [row for row in await app.board.status(None, None) if not keys or row.target.key in keys]
    card = cards.status_card(rows, app.language, reader.now)
    await app.screen.send(reader.channel, replace(card, buttons=(), selects=()), secrets.token_hex(12))
    return cards.notice("notice.shared", reader.language)


def _on_offer(interaction: Click) -> frozenset[str]:
    """The targets that the pressed card shows: the options of its select. Empty: it has none, so all are meant."""
    message = interaction.message
    rows = message.components if message else []
    return frozenset(
        option.value
        for row in rows
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.SelectMenu)
        for option in child.options
    )
