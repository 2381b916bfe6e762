"""The guild's audit log: "Get Guild Audit Log" as far as changes of members' roles go."""

from playground.discord import payloads, permissions
from playground.discord.errors import ApiError, Json
from playground.discord.limits.problems import invalid
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.rights import Permission
from playground.discord.snowflakes import seconds_of
from playground.discord.state.guild import KEPT, Logged


def audit_log(call: Call) -> Reply:
    """Newest first, before an id; with `after` oldest first, as documented. 1 to 100 at once, 50 unless asked.

    View Audit Log is a permission of the guild, which no channel gives; 50013 without.
    """
    state = call.state
    if call.path["guild_id"] != state.guild.id:
        raise ApiError(10004)
    permissions.need_everywhere(state.guild, state.me, Permission.VIEW_AUDIT_LOG)
    limit = call.number("limit", 50, 1, 100)
    wanted = [one for one in state.guild.log if _asked(call, one)]
    wanted.sort(key=lambda one: int(one.id), reverse="after" not in call.query)
    return 200, _told(call, wanted[:limit])


def _asked(call: Call, one: Logged) -> bool:
    if call.state.clock.now() - seconds_of(one.id) > KEPT:
        return False
    for name, value in (("user_id", one.by), ("target_id", one.target), ("action_type", str(one.action))):
        if name in call.query and call.query[name] != value:
            return False
    before, after = _id(call, "before"), _id(call, "after")
    return (before is None or int(one.id) < before) and (after is None or int(one.id) > after)


def _id(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is not None and not text.isdecimal():
        raise invalid((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return None if text is None else int(text)


def _told(call: Call, page: list[Logged]) -> Json:
    named = dict.fromkeys(user for one in page for user in (one.by, one.target))
    users = [call.state.users[one] for one in named if one in call.state.users]
    empty = ("integrations", "webhooks", "guild_scheduled_events", "threads", "application_commands")
    return {
        "audit_log_entries": [_entry(one) for one in page],
        "users": [payloads.user(one) for one in users],
        **{name: [] for name in empty},
        "auto_moderation_rules": [],
    }


def _entry(one: Logged) -> Json:
    parts = (("$add", one.added), ("$remove", one.removed))
    changes = [
        {"key": key, "new_value": [{"id": role, "name": name} for role, name in roles]} for key, roles in parts if roles
    ]
    return {
        "id": one.id,
        "user_id": one.by,
        "target_id": one.target,
        "action_type": one.action,
        "changes": changes,
    }


ROUTES: list[Route] = [("GET", "/guilds/{guild_id}/audit-logs", audit_log)]
