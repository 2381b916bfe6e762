"""Card → what discord.py sends. Limits and inert text are the card maker's work; here nothing is decided."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import ui

from bot.client.items import button, select
from bot.model import Card, File, Mentions


def render(card: Card) -> dict[str, Any]:
    """Arguments of a *new* message or follow-up: what the card lacks is left out. Pings exactly ``card.mentions``."""
    parts: dict[str, Any] = {"content": card.content, "allowed_mentions": allowed(card.mentions)}
    if frame := embed(card):
        parts["embed"] = frame
    if shown := view(card):
        parts["view"] = shown
    if card.files:
        parts["files"] = [file(one) for one in card.files]
    return parts


def rewrite(card: Card) -> dict[str, Any]:
    """Arguments of an edit: what the card lacks is taken away, and nobody is pinged."""
    return {
        "content": card.content,
        "embed": embed(card),
        "view": view(card),
        "attachments": [file(one) for one in card.files],
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def embed(card: Card) -> discord.Embed | None:
    if not (card.title or card.lines or card.footer):
        return None
    frame = discord.Embed(title=card.title or None, description="\n".join(card.lines) or None, colour=card.colour.value)
    if card.footer:
        frame.set_footer(text=card.footer)
    return frame


def view(card: Card) -> ui.View | None:
    """A fresh view of dynamic items only, without a timeout."""
    if not (card.buttons or card.selects):
        return None
    made = ui.View(timeout=None)
    for one in card.selects:
        made.add_item(select(one))
    for each in card.buttons:
        made.add_item(button(each))
    return made


def file(wanted: File) -> discord.File:
    return discord.File(io.BytesIO(wanted.text.encode()), filename=wanted.name)


def allowed(mentions: Mentions) -> discord.AllowedMentions:
    return discord.AllowedMentions(
        everyone=False,
        users=[discord.Object(int(user)) for user in mentions.users],
        roles=[discord.Object(int(role)) for role in mentions.roles],
        replied_user=False,
    )
