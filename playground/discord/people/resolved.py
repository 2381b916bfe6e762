"""The `resolved` objects beside options and selects: users, members, roles and channels by id."""

from playground.discord import payloads
from playground.discord.errors import Json
from playground.discord.people.options import CHANNEL, ROLE, USER
from playground.discord.state import State
from playground.discord.state.guild import User


def of_options(state: State, options: list[Json], who: User) -> Json:
    found: Json = {}
    for option in options:
        if option["type"] == USER and not option.get("focused"):
            add_user(state, found, option["value"])
        elif option["type"] == ROLE:
            role = state.guild.roles[option["value"]]
            found.setdefault("roles", {})[role.id] = payloads.role(role)
        elif option["type"] == CHANNEL:
            channel = state.guild.channels[option["value"]]
            found.setdefault("channels", {})[channel.id] = payloads.partial_channel(state, channel, who)
    return found


def add_user(state: State, found: Json, user_id: str) -> None:
    found.setdefault("users", {})[user_id] = payloads.user(state.users[user_id])
    member = state.guild.members.get(user_id)
    if member is not None:
        shown = {key: value for key, value in payloads.bare_member(member).items() if key not in ("deaf", "mute")}
        found.setdefault("members", {})[user_id] = {**shown, "permissions": "0"}
