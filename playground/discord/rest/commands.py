"""The application's commands in the guild."""

from playground.discord.errors import ApiError, Json
from playground.discord.limits.commands import check_command, check_commands
from playground.discord.rest.call import Call, Reply, Route
from playground.discord.state import State


def _ours(call: Call) -> State:
    state = call.state
    if call.path["application_id"] != state.bot.id:
        raise ApiError(10002)
    if call.path["guild_id"] != state.guild.id:
        raise ApiError(50001)
    return state


def _shown(state: State, body: Json, command_id: str) -> Json:
    kept = {key: value for key, value in body.items() if key not in ("id", "dm_permission", "integration_types")}
    return {
        "description": "",
        "default_member_permissions": None,
        "nsfw": False,
        "contexts": None,
        "type": 1,
        **kept,
        "id": command_id,
        "application_id": state.bot.id,
        "guild_id": state.guild.id,
        "version": state.ids.next(),
    }


def _same(state: State, body: Json) -> str:
    """The id that a command of this type and name already has, or a fresh one."""
    for known in state.commands.values():
        if (known["type"], known["name"]) == (body.get("type", 1), body["name"]):
            return str(known["id"])
    return state.ids.next()


def _one(call: Call) -> Json:
    found = _ours(call).commands.get(call.path["command_id"])
    if found is None:
        raise ApiError(10063)
    return found


def _localised(call: Call, command: Json) -> Json:
    """Without `with_localizations` the dictionaries are left out, as "Get Guild Application Commands" says."""
    if call.query.get("with_localizations", "").lower() in ("1", "true"):
        return command
    kept = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if kept.get(key):
            kept[key] = [_localised(call, one) for one in kept[key]]
    return kept


def listed(call: Call) -> Reply:
    return 200, [_localised(call, one) for one in _ours(call).commands.values()]


def replace_all(call: Call) -> Reply:
    state = _ours(call)
    check_commands(call.body)
    fresh = [_shown(state, body, _same(state, body)) for body in call.body]
    state.commands = {one["id"]: one for one in fresh}
    state.changes.tell()
    return 200, fresh


def create(call: Call) -> Reply:
    state = _ours(call)
    check_command(call.body)
    command_id = _same(state, call.body)
    status = 200 if command_id in state.commands else 201
    state.commands[command_id] = _shown(state, call.body, command_id)
    state.changes.tell()
    return status, state.commands[command_id]


def fetch(call: Call) -> Reply:
    return 200, _one(call)


def change(call: Call) -> Reply:
    state, known = _ours(call), _one(call)
    own = ("application_id", "guild_id", "version")
    whole = {key: value for key, value in {**known, **call.body}.items() if key not in own}
    check_command(whole)
    state.commands[known["id"]] = _shown(state, whole, known["id"])
    state.changes.tell()
    return 200, state.commands[known["id"]]


def remove(call: Call) -> Reply:
    del _ours(call).commands[_one(call)["id"]]
    call.state.changes.tell()
    return 204, None


ALL, ONE = "/applications/{application_id}/guilds/{guild_id}/commands", "/{command_id}"
ROUTES: list[Route] = [
    ("GET", ALL, listed),
    ("PUT", ALL, replace_all),
    ("POST", ALL, create),
    ("GET", ALL + ONE, fetch),
    ("PATCH", ALL + ONE, change),
    ("DELETE", ALL + ONE, remove),
]
