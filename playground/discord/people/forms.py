"""What selects and modals send, and finding a channel by its name."""

from collections.abc import Mapping, Sequence

from playground.discord.errors import Json, Refused
from playground.discord.limits.components import INPUT, LABEL, ROW
from playground.discord.people.answers import Field, Modal
from playground.discord.people.look import Select
from playground.discord.people.resolved import add_user
from playground.discord.people.seen import Seen
from playground.discord.state import State
from playground.discord.state.guild import Channel, User

STRING_SELECT, USER_SELECT = 3, 5


def channel(state: State, where: str, who: User) -> Channel:
    """By id, by name with or without "#", "dm" for direct messages; the guild's first one when empty."""
    if where == "dm":
        return state.direct(who)
    if not where:
        return next(iter(state.guild.channels.values()))
    for one in [*state.guild.channels.values(), *state.private.values()]:
        if where.lstrip("#") in (one.id, one.name):
            return one
    raise Refused(f"no channel {where!r}")


def _select(message: Seen, custom_id: str | None) -> Select:
    for one in message.selects:
        if custom_id in (None, one.custom_id):
            return one
    raise LookupError(f"no select {custom_id or ''} on {message!r}")


def selection(state: State, message: Seen, values: Sequence[str], custom_id: str | None) -> Json:
    """The data of a used select. Refused when it is disabled or the values are not on offer."""
    wanted = _select(message, custom_id)
    if wanted.disabled or not wanted.least <= len(values) <= wanted.most:
        raise Refused(f"{wanted.least} to {wanted.most} values, and the select must be enabled")
    if not wanted.options:
        return _people(state, wanted, values)
    known = {**{value: value for value in wanted.options.values()}, **wanted.options}
    if any(one not in known for one in values):
        raise Refused(f"on offer: {list(wanted.options)}, not {values}")
    picked = [known[one] for one in values]
    return {"custom_id": wanted.custom_id, "component_type": STRING_SELECT, "values": picked}


def _people(state: State, wanted: Select, values: Sequence[str]) -> Json:
    found: Json = {}
    picked = [user.id for user in state.users.values() if user.key in values or user.id in values]
    for one in picked:
        add_user(state, found, one)
    return {"custom_id": wanted.custom_id, "component_type": USER_SELECT, "values": picked, "resolved": found}


def submission(modal: Modal, filled: Mapping[str, str]) -> Json:
    """The data of a submitted modal. Refused when a text is missing, too short or too long."""
    by_id = {one.custom_id: _value(one, filled) for one in modal.fields}
    known = {name for one in modal.fields for name in (one.custom_id, one.label)}
    if filled.keys() - known:
        raise Refused(f"no input {sorted(filled.keys() - known)}; there are {sorted(known)}")
    parts = modal.interaction.callback["components"]
    return {"custom_id": modal.custom_id, "components": [_part(n, one, by_id) for n, one in enumerate(parts, 1)]}


def _value(field: Field, filled: Mapping[str, str]) -> str:
    text = filled.get(field.custom_id, filled.get(field.label, field.value))
    if field.required and not text:
        raise Refused(f"{field.label!r} is required")
    if text and not field.shortest <= len(text) <= field.longest:
        raise Refused(f"{field.label!r} has {field.shortest} to {field.longest} characters")
    return text


def _part(number: int, part: Json, by_id: Mapping[str, str]) -> Json:
    if part["type"] == ROW:
        inner = [_input(number, one, by_id) for one in part["components"]]
        return {"type": ROW, "id": number * 10, "components": inner}
    if part["type"] == LABEL:
        return {"type": LABEL, "id": number * 10, "component": _input(number, part["component"], by_id)}
    return {"type": part["type"], "id": number * 10}


def _input(number: int, one: Json, by_id: Mapping[str, str]) -> Json:
    told: Json = {"type": one["type"], "id": number * 10 + 1, "custom_id": one["custom_id"]}
    if one["type"] == INPUT:
        return {**told, "value": by_id[one["custom_id"]]}
    return {**told, "values": [by_id[one["custom_id"]]]}
