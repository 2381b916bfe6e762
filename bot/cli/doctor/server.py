"""Discord's side: token, application, server, channels, roles, people, commands."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any

from bot.cli.doctor.permissions import MENTION_EVERYONE, missing, permissions
from bot.cli.doctor.report import Line, State, line
from bot.cli.doctor.rest import Api, Unreachable
from bot.cli.invite import AUDIT_LOG, PINS
from bot.config import Config
from bot.errors import SlipwayError
from bot.model import Policy

WHERE = "discord"
TEXT_CHANNELS = (0, 5)  # GUILD_TEXT, GUILD_ANNOUNCEMENT
CLOCK = 30  # seconds
Synced = Callable[[Config], Awaitable[bool]]


async def examine(api: Api, config: Config, synced: Synced) -> AsyncIterator[Line]:
    """Ends early where the rest cannot be judged: without token or server there are no channels."""
    try:
        async for found in _examine(api, config, synced):
            yield found
    except Unreachable as error:
        yield line(State.FAIL, WHERE, "discord.unreachable", {"reason": error})


async def _examine(api: Api, config: Config, synced: Synced) -> AsyncIterator[Line]:
    status, me = await api.get("/users/@me")
    yield _said(status == 200, "token", name=me.get("username") if status == 200 else None)
    if status != 200:
        return
    for found in [_clock(api), *await _application(api)]:
        yield found
    status, guild = await api.get(f"/guilds/{config.discord.guild}")
    yield _said(status == 200, "guild", guild=config.discord.guild, name=guild.get("name") if guild else None)
    if status != 200:
        return
    _, member = await api.get(f"/guilds/{config.discord.guild}/members/{me['id']}")
    _, channels = await api.get(f"/guilds/{config.discord.guild}/channels")
    for found in [*_channels(config, guild, member, channels), *_roles(config, guild, member)]:
        yield found
    for found in [*await _people(api, config), await _commands(config, synced)]:
        yield found


def _said(good: bool, check: str, state: State = State.FAIL, **facts: Any) -> Line:
    return line(State.OK if good else state, WHERE, f"{WHERE}.{check}", facts)


def _clock(api: Api) -> Line:
    differs = abs(time.time() - api.now) if api.now else 0.0
    return _said(differs <= CLOCK, "clock", State.WARN, seconds=round(differs))


async def _application(api: Api) -> list[Line]:
    status, found = await api.get("/applications/@me")
    if status != 200:
        return []
    lines = [_said(True, "intents"), _said(not found.get("bot_public"), "public", State.WARN)]
    return [*lines, _said(False, "endpoint")] if found.get("interactions_endpoint_url") else lines


def _channels(config: Config, guild: Any, member: Any, channels: Any) -> Iterator[Line]:
    there = {str(channel["id"]): channel for channel in channels}
    for key in ("deploys", "alerts", "fallback", "security", "board"):
        wanted = getattr(config.discord, key)
        if wanted:
            yield _channel(f"discord.{key}", wanted, there.get(wanted), guild, member)
    board = there.get(config.discord.board or "")
    if board is not None:
        pins = bool(permissions(guild, member, board) & PINS["Pin Messages"])
        yield _said(pins, "pins", State.WARN, channel=board["name"])


def _channel(key: str, wanted: str, channel: Any, guild: Any, member: Any) -> Line:
    if channel is None:
        return _said(False, "channel_gone", key=key, channel=wanted)
    if channel["type"] not in TEXT_CHANNELS:
        return _said(False, "channel_kind", key=key, channel=channel["name"])
    lacks = missing(permissions(guild, member, channel))
    return _said(not lacks, "channel", key=key, channel=channel["name"], missing=lacks)


def _roles(config: Config, guild: Any, member: Any) -> Iterator[Line]:
    there = {str(role["id"]): role for role in guild["roles"]}
    gone = {role: used for role, used in _used(config).items() if role not in there}
    for role, used in gone.items():
        yield _said(False, "role_gone", role=role, used=used)
    if not gone:
        yield _said(True, "role")
    if any(spec.policy.approve for spec in config.targets.values()):
        yield _said(True, "seats")
    if any(spec.policy.approve and spec.policy.approve.cooloff for spec in config.targets.values()):
        yield _said(bool(permissions(guild, member, None) & AUDIT_LOG["View Audit Log"]), "audit_log")
    yield from _pinged(config, there, everybody=bool(permissions(guild, member, None) & MENTION_EVERYONE))


def _pinged(config: Config, there: Mapping[str, Any], *, everybody: bool) -> Iterator[Line]:
    """The roles that are pinged at night. ``everybody``: the bot may ping every role."""
    leads = {role for spec in config.targets.values() for role in spec.policy.lead}
    asked = [("mentionable", config.oncall.role or ""), *(("lead", role) for role in sorted(leads))]
    for check, role in asked:
        if role in there:
            yield _said(there[role]["mentionable"] or everybody, check, role=there[role]["name"])
    if any(spec.policy.emergency for spec in config.targets.values()):
        yield _said(bool(config.discord.security), "security", State.WARN)


def _used(config: Config) -> Mapping[str, str]:
    """Role id → where the file says it."""
    used = {role: f"roles.{alias}" for alias, role in config.roles.items()}
    for target, spec in config.targets.items():
        for role in _of(spec.policy):
            used.setdefault(role, f"policy of {target.key}")
    return used


def _of(policy: Policy) -> list[str]:
    groups = policy.approve.groups if policy.approve else ()
    approvers = [role for group in groups for role in group.roles]
    named = [*policy.deploy, *policy.rollback, *policy.admin, *policy.oncall, *policy.emergency, *policy.lead]
    return [*named, *approvers]


async def _people(api: Api, config: Config) -> list[Line]:
    """Roles can be listed, their members cannot without a privileged intent; people can be asked for one by one."""
    wanted = sorted(config.oncall.people | (set(config.calendar.names.users.values()) if config.calendar else set()))
    if not wanted:
        return []
    asked = {user: await api.get(f"/guilds/{config.discord.guild}/members/{user}") for user in wanted}
    gone = [user for user, (status, _) in asked.items() if status != 200]
    return [_said(False, "member_gone", user=user) for user in gone] or [_said(True, "member")]


async def _commands(config: Config, synced: Synced) -> Line:
    try:
        return _said(await synced(config), "commands", State.WARN)
    except SlipwayError as error:
        check = "commands_forbidden" if error.code == "forbidden" else "unreachable"
        return _said(False, check, reason=f"commands: {error}")
