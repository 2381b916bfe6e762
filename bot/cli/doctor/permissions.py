"""What a member may do in a channel, computed from roles and overwrites as Discord documents it.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from bot.cli.invite import PERMISSIONS

ADMINISTRATOR, EVERYTHING = 1 << 3, (1 << 53) - 1
MENTION_EVERYONE = 1 << 17
VIEW = PERMISSIONS["View Channel"]
ROLE, MEMBER = 0, 1


def permissions(guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any] | None) -> int:
    """Bits. ``guild``, ``member``, ``channel`` as the API gives them; without a channel: what the roles give."""
    me, everyone = str(member["user"]["id"]), str(guild["id"])
    mine = {everyone, *map(str, member["roles"])}
    base = _union(int(role["permissions"]) for role in guild["roles"] if str(role["id"]) in mine)
    if base & ADMINISTRATOR or str(guild.get("owner_id")) == me:
        return EVERYTHING
    for group in _groups(channel["permission_overwrites"], everyone, mine, me) if channel else ():
        base &= ~_union(int(one["deny"]) for one in group)
        base |= _union(int(one["allow"]) for one in group)
    return base


def missing(may: int) -> list[str]:
    """Names of what the bot needs and may not. Whoever cannot see a channel can do nothing in it."""
    if not may & VIEW:
        return ["View Channel"]
    return [name for name, bit in PERMISSIONS.items() if not may & bit]


def _groups(overwrites: Sequence[Any], everyone: str, mine: set[str], me: str) -> list[list[Any]]:
    """In the order in which they count: @everyone, all roles together, the member."""
    roles = [one for one in overwrites if one["type"] == ROLE]
    return [
        [one for one in roles if str(one["id"]) == everyone],
        [one for one in roles if str(one["id"]) in mine - {everyone}],
        [one for one in overwrites if one["type"] == MEMBER and str(one["id"]) == me],
    ]


def _union(bits: Any) -> int:
    return reduce(or_, bits, 0)
