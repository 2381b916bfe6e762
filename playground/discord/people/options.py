"""What a person typed → the options of an interaction, checked as Discord's own client checks them."""

from collections.abc import Callable, Mapping
from typing import Any

from playground.discord.errors import Json, Refused
from playground.discord.state import State

TEXT, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
SUB, GROUP = 1, 2
INTEGERS = 2**53


def find(state: State, path: str) -> tuple[Json, list[str]]:
    """The command of the first word and the sub-command words after it."""
    name, *inner = path.split()
    for command in state.commands.values():
        if command["name"] == name and command["type"] == 1:
            return command, inner
    raise Refused(f"/{name} is no command here; there are {sorted(one['name'] for one in state.commands.values())}")


def leaf(command: Json, inner: list[str]) -> list[Json]:
    """The option definitions of a (sub-)command. Refused when the words lead nowhere."""
    definitions: list[Json] = command.get("options") or []
    for word in inner:
        step = next((one for one in definitions if one["name"] == word and one["type"] in (SUB, GROUP)), None)
        if step is None:
            raise Refused(f"/{command['name']} has no sub-command {word!r}")
        definitions = step.get("options") or []
    if any(one["type"] in (SUB, GROUP) for one in definitions):
        raise Refused(f"/{command['name']} needs a sub-command")
    return definitions


def nested(command: Json, inner: list[str], options: list[Json]) -> list[Json]:
    """Wraps leaf options in their sub-command and group."""
    kinds = [SUB] if len(inner) == 1 else [GROUP, SUB][: len(inner)]
    for word, kind in reversed(list(zip(inner, kinds, strict=True))):
        options = [{"name": word, "type": kind, "options": options}]
    return options


def typed(state: State, definitions: list[Json], given: Mapping[str, Any], focus: str | None = None) -> list[Json]:
    """Option values of the right type. `focus` is the one being typed: unchecked, and nothing is required yet."""
    by_name = {one["name"]: one for one in definitions}
    unknown = given.keys() - by_name.keys()
    if unknown:
        raise Refused(f"no option {sorted(unknown)}; there are {sorted(by_name)}")
    missing = [one["name"] for one in definitions if one.get("required") and one["name"] not in given]
    if missing and focus is None:
        raise Refused(f"options {missing} are required")
    return [_option(state, by_name[name], value, name == focus) for name, value in given.items()]


def _option(state: State, definition: Json, value: Any, focused: bool) -> Json:
    kind: int = definition["type"]
    option: Json = {"name": definition["name"], "type": kind}
    if focused:
        return {**option, "value": str(value), "focused": True}
    read = READERS.get(kind)
    if read is None:
        raise Refused(f"the imitation has no options of type {kind}")
    return {**option, "value": read(state, definition, value)}


def _text(state: State, definition: Json, value: Any) -> Any:
    if not isinstance(value, str):
        raise Refused(f"{definition['name']} is text, not {value!r}")
    low, high = definition.get("min_length", 0), definition.get("max_length", 6000)
    if not low <= len(value) <= high:
        raise Refused(f"{definition['name']} has {low} to {high} characters")
    return _choice(definition, value)


def _integer(state: State, definition: Json, value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > INTEGERS:
        raise Refused(f"{definition['name']} is a whole number, not {value!r}")
    return _choice(definition, _between(definition, value))


def _number(state: State, definition: Json, value: Any) -> Any:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Refused(f"{definition['name']} is a number, not {value!r}")
    return _choice(definition, _between(definition, value))


def _between(definition: Json, value: float) -> float:
    low, high = definition.get("min_value", -INTEGERS), definition.get("max_value", INTEGERS)
    if not low <= value <= high:
        raise Refused(f"{definition['name']} lies between {low} and {high}")
    return value


def _choice(definition: Json, value: Any) -> Any:
    """With choices a person can only pick one, by its value or its name."""
    choices = definition.get("choices") or []
    for one in choices:
        if value in (one["value"], one["name"]):
            return one["value"]
    if choices:
        raise Refused(f"{definition['name']} is one of {[one['name'] for one in choices]}, not {value!r}")
    return value


def _boolean(state: State, definition: Json, value: Any) -> Any:
    if not isinstance(value, bool):
        raise Refused(f"{definition['name']} is yes or no, not {value!r}")
    return value


def _named(value: Any) -> str:
    return str(getattr(value, "id", value))


def _user(state: State, definition: Json, value: Any) -> Any:
    wanted = _named(value)
    for user in state.users.values():
        if wanted in (user.id, user.key):
            return user.id
    raise Refused(f"{definition['name']}: nobody is called {value!r}")


def _channel(state: State, definition: Json, value: Any) -> Any:
    for channel in state.guild.channels.values():
        if _named(value).lstrip("#") in (channel.id, channel.name):
            return channel.id
    raise Refused(f"{definition['name']}: no channel {value!r}")


def _role(state: State, definition: Json, value: Any) -> Any:
    for role in state.guild.roles.values():
        if _named(value).lstrip("@") in (role.id, role.name.lstrip("@")):
            return role.id
    raise Refused(f"{definition['name']}: no role {value!r}")


READERS: dict[int, Callable[[State, Json, Any], Any]] = {
    TEXT: _text,
    INTEGER: _integer,
    BOOLEAN: _boolean,
    USER: _user,
    CHANNEL: _channel,
    ROLE: _role,
    NUMBER: _number,
}
