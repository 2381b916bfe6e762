"""The one dynamic component: whatever carries ``slip1:<action>:<ref>``. It holds no state and no authority.

Views hold nothing but these (and have no timeout): a view that mixes in plain buttons unregisters the pattern for the
whole process when it times out, and plain views pile up in memory (discord.py 2.7, ``ui.view.ViewStore``).
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.model import Button, Select

if TYPE_CHECKING:
    from bot.client.session import SlipwayClient

    Click = discord.Interaction[SlipwayClient]
else:
    Click = discord.Interaction

Pressed = Callable[["Click", str, str], Awaitable[None]]
"""(interaction, action, ref): answers every path itself and never raises."""

TEMPLATE = re.compile(r"slip1:(?P<action>[a-z_]{1,24}):(?P<ref>[0-9A-Za-z_/.·-]{0,75})")


def custom_id(action: str, ref: str) -> str:
    return f"slip1:{action}:{ref}"


class Press(ui.DynamicItem[ui.Item[Any]], template=TEMPLATE):
    """A button or a select. What it does lies in ``commands.buttons``, reached through the client."""

    def __init__(self, item: ui.Item[Any], action: str, ref: str) -> None:
        super().__init__(item)
        self.action, self.ref = action, ref

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Press:
        return cls(item, match["action"], match["ref"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.pressed(interaction, self.action, self.ref)


def button(wanted: Button) -> Press:
    item: ui.Button[ui.View] = ui.Button(
        style=discord.ButtonStyle[wanted.style.value],
        label=wanted.label,
        custom_id=custom_id(wanted.action, wanted.ref),
        disabled=wanted.disabled,
    )
    return Press(item, wanted.action, wanted.ref)


def select(wanted: Select) -> Press:
    options = [
        discord.SelectOption(label=one.label, value=one.value, description=one.description or None)
        for one in wanted.options
    ]
    item: ui.Select[ui.View] = ui.Select(
        custom_id=custom_id(wanted.action, wanted.ref), placeholder=wanted.placeholder, options=options
    )
    return Press(item, wanted.action, wanted.ref)
