"""Pins: put one up, take it down, list them newest first (Discord's "Pin Message", "Get Channel Pins")."""

from datetime import datetime

from playground.discord import payloads, pinning
from playground.discord.errors import ApiError
from playground.discord.limits.problems import invalid
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.rights import Permission
from playground.discord.snowflakes import iso
from playground.discord.state.messages import Message

NEEDED = Permission.PIN_MESSAGES | Permission.READ_MESSAGE_HISTORY


def _message(call: Call) -> Message:
    call.channel(NEEDED)
    message = call.state.message(call.path["channel_id"], call.path["message_id"])
    if message.only_for is not None:
        raise ApiError(10008)
    return message


def pin(call: Call) -> Reply:
    pinning.pin(call.state, _message(call), call.state.bot)
    return 204, None


def unpin(call: Call) -> Reply:
    pinning.unpin(call.state, _message(call))
    return 204, None


def listed(call: Call) -> Reply:
    channel = call.channel()
    limit, before = call.number("limit", 50, 1, 50), _before(call)
    if not call.readable(channel):
        return 200, {"items": [], "has_more": False}
    standing = [(at, one) for at, one in pinning.pinned(call.state, channel.id) if before is None or at < before]
    readable = "message_content" in call.state.world.privileged
    items = [
        {"pinned_at": iso(at), "message": payloads.message_for_bot(call.state, one, readable)}
        for at, one in standing[:limit]
    ]
    return 200, {"items": items, "has_more": len(standing) > limit}


def _before(call: Call) -> float | None:
    text = call.query.get("before")
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        raise invalid(("before",), "DATE_TIME_TYPE_PARSE", "Not a well formed ISO8601 date.") from None


ALL = "/channels/{channel_id}/messages/pins"
ROUTES: list[Route] = [
    ("GET", ALL, listed),
    ("PUT", ALL + "/{message_id}", pin),
    ("DELETE", ALL + "/{message_id}", unpin),
]
