"""Who may do what where (Discord's "Permissions": base, then channel overwrites: everyone, roles, member)."""

from playground.discord.errors import ApiError
from playground.discord.rights import EVERYTHING, Permission
from playground.discord.state.guild import Channel, Guild, Member


def base(guild: Guild, member: Member) -> int:
    """Guild-wide permissions of a member."""
    if member.user.id == guild.owner_id:
        return EVERYTHING
    bits = guild.everyone.permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    return EVERYTHING if bits & Permission.ADMINISTRATOR else bits


def within(guild: Guild, member: Member, channel: Channel) -> int:
    """Permissions of a member in a channel; a thread has those of its parent."""
    bits = base(guild, member)
    if bits == EVERYTHING:
        return bits
    place = guild.channels.get(channel.parent_id or "", channel)
    allow, deny = place.overwrites.get(guild.id, (0, 0))
    bits = bits & ~deny | allow
    over_roles = [place.overwrites[role] for role in member.roles if role in place.overwrites]
    for _, deny in over_roles:
        bits &= ~deny
    for allow, _ in over_roles:
        bits |= allow
    allow, deny = place.overwrites.get(member.user.id, (0, 0))
    bits = bits & ~deny | allow
    return bits if bits & Permission.VIEW_CHANNEL else 0


def need_everywhere(guild: Guild, member: Member, wanted: Permission) -> None:
    """A permission that no channel gives. Raises 50013."""
    if wanted & ~base(guild, member):
        raise ApiError(50013)


def need(guild: Guild, member: Member, channel: Channel, wanted: Permission) -> None:
    """Raises 50001 where the channel cannot be seen, 50013 where it can but something else is missing."""
    if channel.guild_id is None:
        return
    has = within(guild, member, channel)
    if not has & Permission.VIEW_CHANNEL:
        raise ApiError(50001)
    if wanted & ~has:
        raise ApiError(50013)
