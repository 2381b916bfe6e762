"""Posting, editing and deleting messages: what the HTTP API, interactions and people have in common."""

from playground.discord import mentions, payloads
from playground.discord.errors import ApiError, Json
from playground.discord.limits.messages import check_message
from playground.discord.state import State
from playground.discord.state.guild import Channel, User
from playground.discord.state.messages import EPHEMERAL, Attachment, Message


def numbered_components(rows: list[Json]) -> list[Json]:
    """Discord numbers every component of a message, depth first, unless it came with an id."""
    counter = 0

    def one(component: Json) -> Json:
        nonlocal counter
        counter += 1
        shown = {"id": counter, **component}
        if "components" in component:
            shown["components"] = [one(inner) for inner in component["components"]]
        return shown

    return [one(row) for row in rows]


def shown_embeds(embeds: list[Json]) -> list[Json]:
    """Embeds as they come back: typed, with every field's `inline` filled in and timestamps normalised."""
    shown = []
    for embed in embeds:
        one = {**embed, "type": "rich"}
        if "fields" in one:
            one["fields"] = [{"inline": False, **each} for each in one["fields"]]
        shown.append({key: value for key, value in one.items() if value is not None})
    return shown


def post(
    state: State,
    channel: Channel,
    author: User,
    body: Json,
    files: list[Attachment],
    *,
    only_for: str | None = None,
    interaction_id: str | None = None,
) -> Message:
    """A new message; the gateway hears of it unless it is ephemeral. Raises 50035, 50006, 40005."""
    check_message(body, files, state.rules)
    message = Message(state.ids.next(), channel.id, author, state.clock.now(), only_for=only_for)
    message.interaction_id = interaction_id
    message.nonce = body.get("nonce")
    message.flags = (body.get("flags") or 0) | (EPHEMERAL if only_for else 0)
    message.reply_to = (body.get("message_reference") or {}).get("message_id")
    write(state, channel, message, body, files)
    keep(state, channel, message)
    return message


def write(state: State, channel: Channel, message: Message, body: Json, files: list[Attachment]) -> None:
    """Fills a message that nobody has seen yet, and pings."""
    message.content = body.get("content") or ""
    message.embeds = shown_embeds(body.get("embeds") or [])
    message.components = numbered_components(body.get("components") or [])
    message.attachments = files
    who = mentions.found(state, message.author, channel, message.content, body.get("allowed_mentions"))
    mentions.put_on(message, who)
    mentions.notify(message, who)


def keep(state: State, channel: Channel, message: Message) -> None:
    """Puts a finished message into its channel."""
    state.messages[message.id] = message
    if message.only_for is None:
        channel.last_message_id = message.id
        tell(state, "MESSAGE_CREATE", channel, message)
    state.changes.tell()


def edit(state: State, message: Message, body: Json, files: list[Attachment]) -> None:
    """Changes what `body` names, keeps the rest. Nobody is pinged. Raises 50035, 50006, 40005."""
    kept = _kept_attachments(message, body)
    check_message(_whole(message, body, kept), files, state.rules)
    channel = state.channel(message.channel_id)
    message.history.append(message.version())
    if "content" in body:
        message.content = body["content"] or ""
        allowed = body.get("allowed_mentions")
        mentions.put_on(message, mentions.found(state, message.author, channel, message.content, allowed))
    if "embeds" in body:
        message.embeds = shown_embeds(body["embeds"] or [])
    if "components" in body:
        message.components = numbered_components(body["components"] or [])
    message.attachments = kept + files
    message.edited_at = state.clock.now()
    message.edit_times.append(message.edited_at)
    if message.only_for is None:
        tell(state, "MESSAGE_UPDATE", channel, message)
    touch(state, message)
    state.changes.tell()


def _kept_attachments(message: Message, body: Json) -> list[Attachment]:
    if body.get("attachments") is None:
        return list(message.attachments)
    named = {str(one.get("id")) for one in body["attachments"]}
    return [one for one in message.attachments if one.id in named]


def _whole(message: Message, body: Json, kept: list[Attachment]) -> Json:
    """The message as it would be after the edit, for the limits; attachments that stay make it non-empty."""
    whole = {"content": message.content, "embeds": message.embeds, **body}
    return {**whole, "kept": len(kept)}


def touch(state: State, message: Message) -> None:
    """People who wait for a deferred update see that something came of it."""
    for asked in state.interactions.values():
        if asked.message is message:
            asked.touched = True


def delete(state: State, message: Message) -> None:
    message.deleted = True
    if message.only_for is None:
        channel = state.channel(message.channel_id)
        gone: Json = {"id": message.id, "channel_id": message.channel_id}
        if channel.guild_id is not None:
            gone["guild_id"] = channel.guild_id
        state.emit("MESSAGE_DELETE", gone, channel)
    state.changes.tell()


def tell(state: State, event: str, channel: Channel, message: Message) -> None:
    """MESSAGE_CREATE or MESSAGE_UPDATE, with the author's membership as the gateway adds it."""
    shown = payloads.message(state, message)
    if channel.guild_id is not None:
        shown["guild_id"] = channel.guild_id
        author = state.guild.members.get(message.author.id)
        if author is not None:
            shown["member"] = payloads.bare_member(author)
    state.emit(event, shown, channel)


def throttle_old_edit(state: State, message: Message) -> float | None:
    """Seconds to wait if this edit is one too many on a message older than an hour (code 30046), else None."""
    rules, now = state.rules, state.clock.now()
    recent = [at for at in message.edit_times if at > now - rules.old_window]
    if now - message.created_at < rules.old_after or len(recent) < rules.old_edits:
        return None
    return rules.old_window - (now - recent[0])


def own(state: State, message: Message) -> None:
    """Only the author edits a message: 50005."""
    if message.author is not state.bot:
        raise ApiError(50005)
