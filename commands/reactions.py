"""✅ ❌ on approval cards, as they come. They are hints: when it counts, reactions are read again by REST."""

from __future__ import annotations

import discord

from bot.client import CHOICE, SlipwayClient
from bot.model import Choice, Person, VoteSource
from commands.answers import joined, roles_of
from commands.app import App


def choice_of(emoji: discord.PartialEmoji) -> Choice | None:
    """Exactly ✅ or ❌; a server's own emoji has an id, whatever it is called."""
    return CHOICE.get(emoji.name or "") if emoji.id is None else None


def listen(client: SlipwayClient, app: App) -> None:
    """Normal and super reactions alike. Adding one, taking it back, clearing all, and losing the card."""

    async def vote(payload: discord.RawReactionActionEvent, *, standing: bool) -> None:
        choice = choice_of(payload.emoji)
        own = client.user is not None and payload.user_id == client.user.id
        if choice and payload.guild_id == app.guild and not own:
            message, channel = str(payload.message_id), str(payload.channel_id)
            await app.engine.vote(message, channel, _who(payload), choice, VoteSource.REACTION, standing=standing)

    @client.event
    async def on_raw_reaction_add(payload: discord.RawReactionActionEvent) -> None:
        await vote(payload, standing=True)

    @client.event
    async def on_raw_reaction_remove(payload: discord.RawReactionActionEvent) -> None:
        await vote(payload, standing=False)

    client.on_here.append(app.engine.reread_votes)
    _listen_for_clearing(client, app)
    _listen_for_deletion(client, app)


def _listen_for_clearing(client: SlipwayClient, app: App) -> None:
    @client.event
    async def on_raw_reaction_clear(payload: discord.RawReactionClearEvent) -> None:
        if payload.guild_id == app.guild:
            await app.engine.reread(str(payload.message_id))

    @client.event
    async def on_raw_reaction_clear_emoji(payload: discord.RawReactionClearEmojiEvent) -> None:
        if payload.guild_id == app.guild and choice_of(payload.emoji):
            await app.engine.reread(str(payload.message_id))


def _listen_for_deletion(client: SlipwayClient, app: App) -> None:
    @client.event
    async def on_raw_message_delete(payload: discord.RawMessageDeleteEvent) -> None:
        if payload.guild_id == app.guild:
            await _gone(app, str(payload.message_id))

    @client.event
    async def on_raw_bulk_message_delete(payload: discord.RawBulkMessageDeleteEvent) -> None:
        if payload.guild_id == app.guild:
            for message in sorted(payload.message_ids):
                await _gone(app, str(message))


async def _gone(app: App, message: str) -> None:
    await app.engine.card_deleted(message)
    if app.deleted is not None:
        await app.deleted(message)


def _who(payload: discord.RawReactionActionEvent) -> Person:
    """A removed reaction comes without its member: the id decides, roles are read later."""
    member = payload.member
    if member is None:
        return Person(str(payload.user_id), "", frozenset())
    return Person(str(member.id), member.display_name, roles_of(member), bot=member.bot, joined=joined(member))
