"""What discord.py lets fall: forms that it did not open itself (after a restart), components that it cannot place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.client import Click, SlipwayClient
from bot.client.items import TEMPLATE
from bot.errors import Refusal
from bot.model import Card
from commands import modals
from commands.answers import Reader, answer
from commands.app import App


def listen(client: SlipwayClient, app: App) -> None:
    @client.event
    async def on_interaction(interaction: Click) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await modals.submitted(app, interaction)
        elif interaction.type is discord.InteractionType.component and not _placed(interaction):
            await answer(app, interaction, _stale)


async def _stale(_: Reader) -> Card:
    raise Refusal("stale")


def _placed(interaction: Click) -> bool:
    """Does a button of ours with this id stand on that message? Only then discord.py calls it."""
    data: Mapping[str, Any] = interaction.data or {}
    wanted, message = str(data.get("custom_id", "")), interaction.message
    if message is None or not TEMPLATE.fullmatch(wanted):
        return False
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return any(getattr(child, "custom_id", None) == wanted for row in rows for child in row.children)
