"""Messages of a channel: list, fetch, create with nonce, edit, delete, and threads below them."""

from playground.discord import payloads, permissions, posting
from playground.discord.errors import ApiError, Json
from playground.discord.limits.problems import invalid
from playground.discord.rest.call import Call, Reply, Route, sending
from playground.discord.rights import Permission
from playground.discord.state.guild import PUBLIC_THREAD, Channel
from playground.discord.state.messages import EPHEMERAL, Message


def _shown(call: Call, message: Message) -> Json:
    return payloads.message_for_bot(call.state, message, "message_content" in call.state.world.privileged)


def _found(call: Call) -> Message:
    """A message that channel routes may touch; an ephemeral one does not exist for them."""
    message = call.state.message(call.path["channel_id"], call.path["message_id"])
    if message.only_for is not None:
        raise ApiError(10008)
    return message


def listed(call: Call) -> Reply:
    """Newest first; empty without Read Message History, as "Get Channel Messages" says."""
    channel = call.channel()
    limit = call.number("limit", 50, 1, 100)
    if not call.readable(channel):
        return 200, []
    standing = [one for one in call.state.in_channel(channel.id) if one.only_for is None]
    return 200, [_shown(call, one) for one in _page(standing, call, limit)]


def _page(standing: list[Message], call: Call, limit: int) -> list[Message]:
    if "before" in call.query:
        standing = [one for one in standing if int(one.id) < int(call.query["before"])]
    elif "after" in call.query:
        return [one for one in standing if int(one.id) > int(call.query["after"])][:limit][::-1]
    elif "around" in call.query:
        middle, older = int(call.query["around"]), limit // 2
        before = [one for one in standing if int(one.id) < middle][-older:] if older else []
        return [*before, *[one for one in standing if int(one.id) >= middle][: limit - older]][::-1]
    return standing[-limit:][::-1]


def fetched(call: Call) -> Reply:
    call.channel(Permission.READ_MESSAGE_HISTORY)
    return 200, _shown(call, _found(call))


def create(call: Call) -> Reply:
    state = call.state
    channel = state.channel(call.path["channel_id"])
    body = call.body or {}
    wanted = sending(channel)
    if body.get("embeds"):
        wanted |= Permission.EMBED_LINKS
    if call.files:
        wanted |= Permission.ATTACH_FILES
    permissions.need(state.guild, state.me, channel, wanted)
    if (body.get("flags") or 0) & EPHEMERAL:
        raise invalid(("flags",), "IMITATION", "Only answers to interactions are ephemeral.")
    return 200, _shown(call, _before(call, channel, body) or _fresh(call, channel, body))


def _before(call: Call, channel: Channel, body: Json) -> Message | None:
    """The message that this nonce already made in the past few minutes."""
    made = call.state.nonces.get((channel.id, str(body.get("nonce"))))
    if not body.get("enforce_nonce") or made is None or made[1].deleted:
        return None
    at, message = made
    return message if call.state.clock.now() - at < call.state.rules.nonce_memory else None


def _fresh(call: Call, channel: Channel, body: Json) -> Message:
    if (body.get("message_reference") or {}).get("message_id"):
        call.state.message(channel.id, str(body["message_reference"]["message_id"]))
    message = posting.post(call.state, channel, call.state.bot, body, call.files)
    if body.get("nonce") is not None:
        call.state.nonces[channel.id, str(body["nonce"])] = (call.state.clock.now(), message)
    return message


def edit(call: Call) -> Reply:
    call.channel()
    message = _found(call)
    if message.author is not call.state.bot:
        raise ApiError(50005)
    wait = posting.throttle_old_edit(call.state, message)
    if wait is not None:
        return 429, _slow_down(wait)
    posting.edit(call.state, message, call.body or {}, call.files)
    return 200, _shown(call, message)


def _slow_down(wait: float) -> Json:
    why = "Maximum number of edits to messages older than 1 hour reached. Try again later"
    return {"message": why, "code": 30046, "retry_after": round(wait, 3), "global": False}


def delete(call: Call) -> Reply:
    call.channel()
    message = _found(call)
    if message.author is not call.state.bot:
        call.channel(Permission.MANAGE_MESSAGES)
    posting.delete(call.state, message)
    return 204, None


def start_thread(call: Call) -> Reply:
    """A thread has its message's id; a second one is refused with 160004."""
    state = call.state
    channel = call.channel(Permission.CREATE_PUBLIC_THREADS)
    message = _found(call)
    if message.thread_id is not None:
        raise ApiError(160004)
    thread = _thread(call, channel, message)
    state.guild.channels[thread.id] = thread
    message.thread_id = thread.id
    state.emit("THREAD_CREATE", {**payloads.thread(state, thread), "newly_created": True}, channel)
    posting.tell(state, "MESSAGE_UPDATE", channel, message)
    state.changes.tell()
    return 201, payloads.thread(state, thread)


def _thread(call: Call, parent: Channel, message: Message) -> Channel:
    name, archive = (call.body or {}).get("name"), (call.body or {}).get("auto_archive_duration") or 1440
    if not isinstance(name, str) or not 1 <= len(name) <= 100:
        raise invalid(("name",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if archive not in (60, 1440, 4320, 10080):
        raise invalid(("auto_archive_duration",), "BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).")
    return Channel(
        message.id,
        name,
        parent.guild_id,
        PUBLIC_THREAD,
        parent_id=parent.id,
        owner_id=call.state.bot.id,
        archive_after=archive,
        created_at=call.state.clock.now(),
    )


ALL, ONE = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}"
ROUTES: list[Route] = [
    ("GET", ALL, listed),
    ("POST", ALL, create),
    ("GET", ONE, fetched),
    ("PATCH", ONE, edit),
    ("DELETE", ONE, delete),
    ("POST", ONE + "/threads", start_thread),
]
