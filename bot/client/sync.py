"""Commands are written to Discord only when their definition changed: Discord limits how often (200 a day)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.http import Route

if TYPE_CHECKING:
    from bot.client.session import SlipwayClient

log = structlog.get_logger(__name__)

MEANT = (
    "name", "type", "description", "name_localizations", "description_localizations", "required", "autocomplete",
    "choices", "value", "min_value", "max_value", "min_length", "max_length", "channel_types",
    "default_member_permissions", "nsfw",
)  # fmt: skip
"""What we define. Everything else in Discord's answer (ids, versions, defaults) is its own."""


async def sync(client: SlipwayClient) -> bool:
    """True: written. Missing scope ``applications.commands`` is logged and left: buttons and reactions still work."""
    try:
        if await in_sync(client):
            return False
        await client.tree.sync(guild=client.home)
    except discord.Forbidden:
        log.exception("commands.not_synced", remedy="invite the bot again with the scope applications.commands")
        return False
    log.info("commands.synced")
    return True


async def in_sync(client: SlipwayClient) -> bool:
    """Whether the commands that Discord has are ours of today. Only reads."""
    return _same(await _wanted(client), await _standing(client))


async def _wanted(client: SlipwayClient) -> list[dict[str, Any]]:
    commands = client.tree.get_commands(guild=client.home)
    translator = client.tree.translator
    if translator is None:
        return [one.to_dict(client.tree) for one in commands]
    return [await one.get_translated_payload(client.tree, translator) for one in commands]


async def _standing(client: SlipwayClient) -> list[dict[str, Any]]:
    """discord.py's own call leaves the localisations out of the answer."""
    route = Route(
        "GET", "/applications/{app}/guilds/{guild}/commands", app=client.application_id, guild=client.guild_id
    )
    return list(await client.http.request(route, params={"with_localizations": "true"}))


def _same(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> bool:
    return _meant_all(ours) == _meant_all(theirs)


def _meant_all(commands: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return sorted((_meant(one) for one in commands), key=lambda one: str(one["name"]))


def _meant(command: Mapping[str, Any]) -> dict[str, Any]:
    """Options keep their order, which people see; absent, null, empty and false are one."""
    found = {key: command[key] for key in MEANT if command.get(key)}
    return {**found, "options": [_meant(one) for one in command.get("options") or ()]}
