"""Reactions over HTTP: add and remove one's own, remove others', list who reacted."""

from playground.discord import payloads, permissions, reacting
from playground.discord.errors import ApiError
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.rights import Permission
from playground.discord.state.messages import Message


def _message(call: Call, wanted: Permission) -> Message:
    call.channel(wanted)
    message = call.state.message(call.path["channel_id"], call.path["message_id"])
    if message.only_for is not None:
        raise ApiError(10008)
    return message


def add_own(call: Call) -> Reply:
    """Add Reactions is only needed where nobody has reacted with that emoji yet."""
    message = _message(call, Permission.READ_MESSAGE_HISTORY)
    emoji = call.path["emoji_name"]
    if message.reaction(reacting.parsed(emoji).name) is None:
        permissions.need(call.state.guild, call.state.me, call.channel(), Permission.ADD_REACTIONS)
    reacting.add(call.state, message, call.state.bot, emoji)
    return 204, None


def remove_own(call: Call) -> Reply:
    message = _message(call, Permission.VIEW_CHANNEL)
    reacting.remove(call.state, message, call.state.bot, call.path["emoji_name"])
    return 204, None


def remove_of(call: Call) -> Reply:
    message = _message(call, Permission.MANAGE_MESSAGES)
    who = call.state.users.get(call.path["user_id"])
    if who is None:
        raise ApiError(10013)
    reacting.remove(call.state, message, who, call.path["emoji_name"])
    return 204, None


def clear(call: Call) -> Reply:
    reacting.clear(call.state, _message(call, Permission.MANAGE_MESSAGES), call.path.get("emoji_name"))
    return 204, None


def who_reacted(call: Call) -> Reply:
    """By ascending user id, 25 unless asked; `type` 0 lists normal reactions, 1 super ones, never both."""
    message = _message(call, Permission.READ_MESSAGE_HISTORY)
    standing = message.reaction(reacting.parsed(call.path["emoji_name"]).name)
    limit, kind = call.number("limit", 25, 1, 100), call.number("type", 0, 0, 1)
    if standing is None:
        return 200, []
    after = int(call.query.get("after", "0"))
    ids = sorted(map(int, standing.burst if kind else standing.normal))
    page = [str(one) for one in ids if one > after][:limit]
    return 200, [payloads.user(call.state.users[one]) for one in page]


BASE = "/channels/{channel_id}/messages/{message_id}/reactions"
ROUTES: list[Route] = [
    ("DELETE", BASE, clear),
    ("GET", BASE + "/{emoji_name}", who_reacted),
    ("DELETE", BASE + "/{emoji_name}", clear),
    ("PUT", BASE + "/{emoji_name}/@me", add_own),
    ("DELETE", BASE + "/{emoji_name}/@me", remove_own),
    ("DELETE", BASE + "/{emoji_name}/{user_id}", remove_of),
]
