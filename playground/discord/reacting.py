"""Reactions, normal and super ("burst"), by people and by the bot."""

import re

from playground.discord import payloads
from playground.discord.errors import ApiError, Json
from playground.discord.state import State
from playground.discord.state.guild import User
from playground.discord.state.messages import Message, Reaction

KINDS = 20
"""Different emoji under one message (code 30010)."""
CUSTOM = re.compile(r"^(\w{2,32}):(\d{15,20})$")


def parsed(text: str) -> Reaction:
    """An emoji as paths write it: a character sequence, or `name:id`. Raises 10014 for plain text."""
    custom = CUSTOM.match(text)
    if custom:
        return Reaction(custom[1], custom[2])
    if not text or text.isascii() or len(text) > 12 or any(char.isalpha() and char != "ℹ" for char in text):
        raise ApiError(10014)
    return Reaction(text)


def add(state: State, message: Message, who: User, text: str, burst: bool = False) -> None:
    """Counts once for a person and emoji. The event carries the member and `burst`. Raises 10014, 30010."""
    wanted = parsed(text)
    standing = message.reaction(wanted.name)
    if standing is None:
        if len(message.reactions) >= KINDS:
            raise ApiError(30010)
        message.reactions.append(wanted)
        standing = wanted
    if standing.standing(who.id):
        return
    (standing.burst if burst else standing.normal).append(who.id)
    event = _event(state, message, who, standing, burst)
    event["message_author_id"] = message.author.id
    member = state.guild.members.get(who.id)
    if member is not None and "guild_id" in event:
        event["member"] = payloads.member(member)
    if burst:
        event["burst_colors"] = ["#ffaa00"]
    _tell(state, "MESSAGE_REACTION_ADD", message, event)


def remove(state: State, message: Message, who: User, text: str) -> None:
    """The event names the user only. Nothing happens when the reaction does not stand."""
    standing = message.reaction(parsed(text).name)
    if standing is None or not standing.standing(who.id):
        return
    burst = who.id in standing.burst
    (standing.burst if burst else standing.normal).remove(who.id)
    if not standing.normal and not standing.burst:
        message.reactions.remove(standing)
    _tell(state, "MESSAGE_REACTION_REMOVE", message, _event(state, message, who, standing, burst))


def clear(state: State, message: Message, text: str | None) -> None:
    """Removes one emoji, or all when `text` is None."""
    event = _place(state, message)
    if text is None:
        message.reactions.clear()
        _tell(state, "MESSAGE_REACTION_REMOVE_ALL", message, event)
        return
    wanted = parsed(text)
    message.reactions = [one for one in message.reactions if one.name != wanted.name]
    event["emoji"] = payloads.emoji(wanted.name, wanted.emoji_id)
    _tell(state, "MESSAGE_REACTION_REMOVE_EMOJI", message, event)


def _place(state: State, message: Message) -> Json:
    place: Json = {"channel_id": message.channel_id, "message_id": message.id}
    guild_id = state.channel(message.channel_id).guild_id
    if guild_id is not None:
        place["guild_id"] = guild_id
    return place


def _event(state: State, message: Message, who: User, emoji: Reaction, burst: bool) -> Json:
    shown = payloads.emoji(emoji.name, emoji.emoji_id)
    return {**_place(state, message), "user_id": who.id, "emoji": shown, "burst": burst, "type": int(burst)}


def _tell(state: State, event: str, message: Message, data: Json) -> None:
    if message.only_for is None:
        state.emit(event, data, state.channel(message.channel_id))
    state.changes.tell()
