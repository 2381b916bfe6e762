"""Pinned messages of a channel: at most 250, each pinning told by a message of the system's own."""

from playground.discord import posting
from playground.discord.errors import ApiError, Json
from playground.discord.snowflakes import iso
from playground.discord.state import State
from playground.discord.state.guild import Channel, User
from playground.discord.state.messages import PIN_NOTICE, Message

MOST = 250
"""Pins of a channel (code 30003)."""


def pinned(state: State, channel_id: str) -> list[tuple[float, Message]]:
    """(when, message), newest pin first."""
    standing = [(one.pinned_at, one) for one in state.in_channel(channel_id) if one.pinned_at is not None]
    return sorted(standing, key=lambda each: each[0], reverse=True)


def pin(state: State, message: Message, who: User) -> None:
    """What is pinned already stays so, and nobody is told twice. Raises 30003."""
    if message.pinned_at is not None:
        return
    if len(pinned(state, message.channel_id)) >= MOST:
        raise ApiError(30003)
    message.pinned_at = state.clock.now()
    channel = _told(state, message)
    notice = Message(state.ids.next(), channel.id, who, state.clock.now(), kind=PIN_NOTICE)
    notice.reply_to = message.id
    posting.keep(state, channel, notice)


def unpin(state: State, message: Message) -> None:
    if message.pinned_at is not None:
        message.pinned_at = None
        _told(state, message)


def _told(state: State, message: Message) -> Channel:
    channel = state.channel(message.channel_id)
    posting.tell(state, "MESSAGE_UPDATE", channel, message)
    standing = pinned(state, channel.id)
    event: Json = {
        "channel_id": channel.id,
        "last_pin_timestamp": iso(standing[0][0]) if standing else None,
    }
    if channel.guild_id is not None:
        event["guild_id"] = channel.guild_id
    state.emit("CHANNEL_PINS_UPDATE", event, channel)
    state.changes.tell()
    return channel
