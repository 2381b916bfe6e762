"""Who the application is and where its gateway stands."""

from playground.discord import payloads
from playground.discord.errors import ApiError, Json
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.state import State

MESSAGE_CONTENT_LIMITED, MEMBERS_LIMITED = 1 << 19, 1 << 15


def application_flags(state: State) -> int:
    """Which privileged intents are switched on (Discord's "Application Flags")."""
    on = state.world.privileged
    return (MESSAGE_CONTENT_LIMITED if "message_content" in on else 0) | (MEMBERS_LIMITED if "members" in on else 0)


def me(call: Call) -> Reply:
    return 200, payloads.own_user(call.state.bot)


def a_user(call: Call) -> Reply:
    who = call.state.users.get(call.path["user_id"])
    if who is None:
        raise ApiError(10013)
    return 200, payloads.user(who)


def application(call: Call) -> Reply:
    state = call.state
    flags = application_flags(state)
    shown: Json = {
        "id": state.bot.id,
        "name": state.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": payloads.user(state.bot),
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": payloads.user(state.users[state.guild.owner_id]),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "rpc_origins": [],
        "integration_types_config": {"0": {}},
    }
    return 200, shown


def gateway(call: Call) -> Reply:
    return 200, {"url": call.gateway_url}


def gateway_bot(call: Call) -> Reply:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return 200, {"url": call.gateway_url, "shards": 1, "session_start_limit": limit}


ROUTES: list[Route] = [
    ("GET", "/users/@me", me),
    ("GET", "/users/{user_id}", a_user),
    ("GET", "/applications/@me", application),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/gateway", gateway),
    ("GET", "/gateway/bot", gateway_bot),
]
