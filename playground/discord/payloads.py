"""How things look on the wire: state → JSON as the API reference describes it."""

from playground.discord import permissions, rights
from playground.discord.errors import Json
from playground.discord.snowflakes import iso
from playground.discord.state import State
from playground.discord.state.guild import DM, PUBLIC_THREAD, Channel, Member, Role, User
from playground.discord.state.interactions import Asked, Interaction
from playground.discord.state.messages import EPHEMERAL, Attachment, Message, Reaction


def user(who: User) -> Json:
    shown: Json = {
        "id": who.id,
        "username": who.key,
        "global_name": None if who.bot else who.name,
        "discriminator": "0" if not who.bot else "0001",
        "avatar": None,
        "flags": 0,
        "public_flags": 0,
        "primary_guild": None,
    }
    if who.bot:
        shown["bot"] = True
    return shown


def own_user(who: User) -> Json:
    return {**user(who), "mfa_enabled": False, "locale": who.locale, "verified": True, "email": None}


def bare_member(member: Member) -> Json:
    """A member without its user, as inside a message."""
    return {
        "roles": list(member.roles),
        "joined_at": iso(member.joined_at),
        "nick": None,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "pending": False,
        "premium_since": None,
        "mute": False,
        "deaf": False,
    }


def member(one: Member) -> Json:
    return {**bare_member(one), "user": user(one.user)}


def role(one: Role) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": one.color,
        "colors": {"primary_color": one.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.managed,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(state: State, one: Channel) -> Json:
    if one.type == DM:
        return _direct(state, one)
    if one.type == PUBLIC_THREAD:
        return thread(state, one)
    return {
        "id": one.id,
        "type": one.type,
        "guild_id": one.guild_id,
        "name": one.name,
        "topic": one.topic,
        "position": one.position,
        "flags": 0,
        "parent_id": one.parent_id,
        "last_message_id": one.last_message_id,
        "rate_limit_per_user": 0,
        "nsfw": False,
        "permission_overwrites": [
            {"id": key, "type": 0 if key in state.guild.roles else 1, "allow": str(int(allow)), "deny": str(int(deny))}
            for key, (allow, deny) in one.overwrites.items()
        ],
    }


def _direct(state: State, one: Channel) -> Json:
    recipient = state.users[one.recipient_id or ""]
    return {
        "id": one.id,
        "type": DM,
        "flags": 0,
        "last_message_id": one.last_message_id,
        "recipients": [user(recipient)],
    }


def thread(state: State, one: Channel) -> Json:
    inside = sum(1 for message in state.in_channel(one.id) if message.only_for is None)
    return {
        "id": one.id,
        "type": one.type,
        "guild_id": one.guild_id,
        "parent_id": one.parent_id,
        "owner_id": one.owner_id,
        "name": one.name,
        "flags": 0,
        "last_message_id": one.last_message_id,
        "rate_limit_per_user": 0,
        "message_count": inside,
        "member_count": 1,
        "total_message_sent": inside,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": iso(one.created_at),
            "auto_archive_duration": one.archive_after,
            "locked": False,
            "create_timestamp": iso(one.created_at),
        },
    }


def partial_channel(state: State, one: Channel, who: User) -> Json:
    """The channel inside an interaction, with the invoking person's permissions in it."""
    shown = channel(state, one)
    if one.guild_id == state.guild.id:
        shown["permissions"] = str(permissions.within(state.guild, state.member(who.id), one))
    elif one.guild_id is not None:
        shown["permissions"] = str(int(rights.EVERYONE))
    return shown


def attachment(state: State, message: Message, one: Attachment) -> Json:
    url = f"{state.cdn}/attachments/{message.channel_id}/{one.id}/{one.filename}"
    shown: Json = {
        "id": one.id,
        "filename": one.filename,
        "size": len(one.data),
        "url": url,
        "proxy_url": url,
        "content_type": one.content_type,
    }
    if one.description is not None:
        shown["description"] = one.description
    if message.flags & EPHEMERAL:
        shown["ephemeral"] = True
    return shown


def emoji(name: str, emoji_id: str | None) -> Json:
    return {"id": emoji_id, "name": name}


def reaction(one: Reaction, viewer: str) -> Json:
    return {
        "emoji": emoji(one.name, one.emoji_id),
        "count": len(one.normal) + len(one.burst),
        "count_details": {"normal": len(one.normal), "burst": len(one.burst)},
        "burst_colors": [],
        "me": viewer in one.normal,
        "me_burst": viewer in one.burst,
    }


def message(state: State, one: Message, viewer: str | None = None) -> Json:
    """A message as `viewer` (a user id; the bot when left out) gets it."""
    shown: Json = {
        "id": one.id,
        "channel_id": one.channel_id,
        "type": _message_type(state, one),
        "content": one.content,
        "author": user(one.author),
        "timestamp": iso(one.created_at),
        "edited_timestamp": None if one.edited_at is None else iso(one.edited_at),
        "embeds": one.embeds,
        "components": one.components,
        "attachments": [attachment(state, one, file) for file in one.attachments],
        "mentions": [user(who) for who in one.mentions],
        "mention_roles": one.mention_roles,
        "mention_everyone": one.mention_everyone,
        "flags": one.flags,
        "pinned": one.pinned_at is not None,
        "tts": False,
    }
    shown.update(_extras(state, one, viewer or state.bot.id))
    return shown


def _message_type(state: State, one: Message) -> int:
    asked = state.interactions.get(one.interaction_id or "")
    if asked is not None and asked.asked == Asked.COMMAND and asked.original is one:
        return 20
    if one.kind is not None:
        return one.kind
    return 19 if one.reply_to else 0


def _extras(state: State, one: Message, viewer: str) -> Json:
    extra: Json = {}
    if one.reactions:
        extra["reactions"] = [reaction(each, viewer) for each in one.reactions]
    if one.nonce is not None and one.author.id == viewer:
        extra["nonce"] = one.nonce
    if one.reply_to is not None:
        extra["message_reference"] = {"type": 0, "message_id": one.reply_to, "channel_id": one.channel_id}
    if one.thread_id is not None:
        extra["thread"] = thread(state, state.channel(one.thread_id))
    asked = state.interactions.get(one.interaction_id or "")
    if asked is not None:
        extra.update(_by_interaction(state, asked))
    return extra


def _by_interaction(state: State, asked: Interaction) -> Json:
    meta = _metadata(state, asked)
    extra: Json = {"webhook_id": state.bot.id, "application_id": state.bot.id, "interaction_metadata": meta}
    if asked.asked == Asked.COMMAND:
        extra["interaction"] = {"id": asked.id, "type": 2, "name": asked.data["name"], "user": user(asked.user)}
    return extra


def _metadata(state: State, asked: Interaction) -> Json:
    meta: Json = {
        "id": asked.id,
        "type": int(asked.asked),
        "user": user(asked.user),
        "authorizing_integration_owners": {"0": state.guild.id},
    }
    if asked.asked == Asked.COMPONENT and asked.message is not None:
        meta["interacted_message_id"] = asked.message.id
    if asked.parent_id is not None:
        meta["triggering_interaction_metadata"] = _metadata(state, state.interactions[asked.parent_id])
    return meta


def message_for_bot(state: State, one: Message, may_read: bool) -> Json:
    """Without the message content intent the bot reads its own messages, direct ones and those that mention it."""
    shown = message(state, one)
    own = one.author is state.bot or state.bot in one.mentions
    if may_read or own or state.channel(one.channel_id).type == DM:
        return shown
    return {**shown, "content": "", "embeds": [], "components": [], "attachments": []}
