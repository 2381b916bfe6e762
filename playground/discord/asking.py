"""An interaction on its way to the application: its payload, and the three seconds that it has."""

import asyncio
import secrets

from playground.discord import payloads, permissions, rights
from playground.discord.errors import Json
from playground.discord.state import State
from playground.discord.state.guild import DM, Channel, User
from playground.discord.state.interactions import Asked, Interaction
from playground.discord.state.messages import Message


def ask(
    state: State,
    asked: Asked,
    user: User,
    channel: Channel,
    data: Json,
    message: Message | None = None,
    parent: Interaction | None = None,
) -> Interaction:
    """Sends INTERACTION_CREATE; without a callback within `rules.acknowledge` seconds the interaction has failed."""
    token = secrets.token_urlsafe(48)
    made = Interaction(
        state.ids.next(), token, asked, user, channel, data, state.clock.now(), message, parent.id if parent else None
    )
    made.payload = _payload(state, made)
    state.interactions[made.id] = made
    deliver(state, made)
    return made


def deliver(state: State, made: Interaction) -> None:
    """Puts the interaction on the wire; a second call is the same interaction delivered twice."""
    asyncio.get_running_loop().call_later(state.rules.acknowledge, _expire, state, made)
    state.emit("INTERACTION_CREATE", made.payload, None)


def _expire(state: State, made: Interaction) -> None:
    if made.told is None and not made.failed:
        made.failed = True
        state.changes.tell()


def _payload(state: State, made: Interaction) -> Json:
    payload: Json = {
        "id": made.id,
        "application_id": state.bot.id,
        "type": int(made.asked),
        "data": made.data,
        "token": made.token,
        "version": 1,
        "channel_id": made.channel.id,
        "channel": payloads.partial_channel(state, made.channel, made.user),
        "locale": made.user.locale,
        "entitlements": [],
        "attachment_size_limit": state.rules.attachment_bytes,
        **_place(state, made.channel, made.user),
    }
    if made.message is not None:
        payload["message"] = payloads.message(state, made.message)
    return payload


def _place(state: State, channel: Channel, user: User) -> Json:
    """Where it came from: our guild, another one, or a direct message with `user` instead of `member`."""
    if channel.type == DM or channel.guild_id is None:
        who = payloads.user(user)
        owners = {"0": "0"}
        return {"user": who, "context": 1, "authorizing_integration_owners": owners, "app_permissions": "0"}
    at_home = channel.guild_id == state.guild.id
    bits = permissions.within(state.guild, state.member(user.id), channel) if at_home else int(rights.EVERYONE)
    membership = payloads.member(state.member(user.id))
    if not at_home:
        membership["roles"] = []
    own = permissions.within(state.guild, state.me, channel) if at_home else int(rights.INVITE)
    return {
        "guild_id": channel.guild_id,
        "guild": {"id": channel.guild_id, "locale": state.guild.locale, "features": []},
        "guild_locale": state.guild.locale,
        "member": {**membership, "permissions": str(bits)},
        "context": 0,
        "authorizing_integration_owners": {"0": channel.guild_id},
        "app_permissions": str(own),
    }
