"""The guild, its roles, channels and members."""

from playground.discord import payloads
from playground.discord.errors import ApiError
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.rest.guild_shape import whole
from playground.discord.rights import Permission
from playground.discord.state import State
from playground.discord.state.guild import Member


def _ours(call: Call) -> State:
    if call.path["guild_id"] != call.state.guild.id:
        raise ApiError(10004)
    return call.state


def guild(call: Call) -> Reply:
    return 200, whole(_ours(call), with_counts=call.query.get("with_counts") in ("1", "true"))


def roles(call: Call) -> Reply:
    return 200, [payloads.role(one) for one in _ours(call).guild.roles.values()]


def channels(call: Call) -> Reply:
    state = _ours(call)
    lasting = [one for one in state.guild.channels.values() if one.parent_id is None]
    return 200, [payloads.channel(state, one) for one in lasting]


def member(call: Call) -> Reply:
    return 200, payloads.member(_ours(call).member(call.path["user_id"]))


def members(call: Call) -> Reply:
    """Needs the privileged members intent, as Discord's "List Guild Members" says; 50001 without."""
    state = _ours(call)
    if "members" not in state.world.privileged:
        raise ApiError(50001)
    limit, after = call.number("limit", 1, 1, 1000), int(call.query.get("after", "0"))
    later = sorted((one for one in state.guild.members.values() if int(one.user.id) > after), key=_by_id)
    return 200, [payloads.member(one) for one in later[:limit]]


def _by_id(one: Member) -> int:
    return int(one.user.id)


def threads(call: Call) -> Reply:
    state = _ours(call)
    running = [one for one in state.guild.channels.values() if one.parent_id is not None]
    return 200, {"threads": [payloads.thread(state, one) for one in running], "members": [], "has_more": False}


def channel(call: Call) -> Reply:
    return 200, payloads.channel(call.state, call.channel())


def typing(call: Call) -> Reply:
    call.channel(Permission.SEND_MESSAGES)
    return 204, None


def direct(call: Call) -> Reply:
    """Opens the direct channel with a person."""
    who = call.state.users.get(str((call.body or {}).get("recipient_id")))
    if who is None:
        raise ApiError(10013)
    return 200, payloads.channel(call.state, call.state.direct(who))


ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}", guild),
    ("GET", "/guilds/{guild_id}/roles", roles),
    ("GET", "/guilds/{guild_id}/channels", channels),
    ("GET", "/guilds/{guild_id}/members", members),
    ("GET", "/guilds/{guild_id}/members/{user_id}", member),
    ("GET", "/guilds/{guild_id}/threads/active", threads),
    ("GET", "/channels/{channel_id}", channel),
    ("POST", "/channels/{channel_id}/typing", typing),
    ("POST", "/users/@me/channels", direct),
]
