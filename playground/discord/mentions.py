"""Who is pinged by a text: `<@id>`, `<@&id>`, `@everyone`, as `allowed_mentions` lets them through."""

import re
from dataclasses import dataclass, field

from playground.discord import permissions
from playground.discord.errors import Json
from playground.discord.rights import Permission
from playground.discord.state import State
from playground.discord.state.guild import Channel, User
from playground.discord.state.messages import Message

USER, ROLE, EVERYONE = re.compile(r"<@!?(\d+)>"), re.compile(r"<@&(\d+)>"), re.compile(r"@(?:everyone|here)\b")


@dataclass
class Mentions:
    users: list[User] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    everyone: bool = False


def _let_through(ids: list[str], kind: str, allowed: Json | None) -> list[str]:
    if allowed is None or kind in allowed.get("parse", ()):
        return ids
    return [one for one in ids if one in {str(each) for each in allowed.get(kind, ())}]


def found(state: State, author: User, channel: Channel, content: str, allowed: Json | None) -> Mentions:
    """Mentions that count. A role counts if it is mentionable, or the author may mention everybody."""
    member = state.guild.members.get(author.id)
    everybody = member is not None and bool(
        permissions.within(state.guild, member, channel) & Permission.MENTION_EVERYONE
    )
    users = _let_through(list(dict.fromkeys(USER.findall(content))), "users", allowed)
    roles = _let_through(list(dict.fromkeys(ROLE.findall(content))), "roles", allowed)
    loud = EVERYONE.search(content) is not None and (allowed is None or "everyone" in allowed.get("parse", ()))
    return Mentions(
        [state.users[one] for one in users if one in state.users],
        [one for one in roles if one in state.guild.roles and (everybody or state.guild.roles[one].mentionable)],
        loud and everybody,
    )


def put_on(message: Message, mentions: Mentions) -> None:
    """What the message shows as mentioned, new or edited."""
    message.mentions, message.mention_roles = mentions.users, mentions.roles
    message.mention_everyone = mentions.everyone


def notify(message: Message, mentions: Mentions) -> None:
    """Only a new message notifies: the ids that were pinged stay with it for good."""
    pinged = [one.id for one in mentions.users] + mentions.roles
    if message.only_for is not None:
        pinged = [one for one in pinged if one == message.only_for]
    message.pings = pinged + (["everyone"] if mentions.everyone and message.only_for is None else [])
