"""``ports.Authority``: who somebody is now, and whose ✅ ❌ stand now: by REST, never by cache (SAFETY, rule 5)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import discord
from discord.utils import snowflake_time

from bot.client.faults import UNKNOWN_EMOJI, UNKNOWN_MEMBER, UNKNOWN_USER, UNREACHABLE
from bot.errors import SlipwayError
from bot.model import Choice, Person

if TYPE_CHECKING:
    from bot.client.session import SlipwayClient

EMOJI: Mapping[Choice, str] = {Choice.APPROVE: "✅", Choice.REJECT: "❌"}
CHOICE: Mapping[str, Choice] = {emoji: choice for choice, emoji in EMOJI.items()}
"""Exact: ✔️, ☑️ and a server's own emoji named ✅ are something else."""

NORMAL, SUPER = 0, 1
PAGE = 100
ROLES_CHANGED: Final = 25
"""Member Role Update (Discord's "Audit Log Events")."""
GARBLED = (KeyError, TypeError, ValueError)


class DiscordAuthority:
    """``timeout``: seconds for one question, all pages and discord.py's own waits included."""

    def __init__(self, client: SlipwayClient, *, timeout: float = 10.0) -> None:
        self._client = client
        self._timeout = timeout

    async def member(self, user: str) -> Person | None:
        """Role ids as Discord gives them: discord.py's ``Member.roles`` leaves out what its cache does not know."""
        try:
            async with asyncio.timeout(self._timeout):
                raw = await self._client.http.get_member(self._client.guild_id, int(user))
        except discord.NotFound as error:
            if error.code in {UNKNOWN_MEMBER, UNKNOWN_USER}:
                return None
            raise SlipwayError("authority_unreadable", api=error.code) from error
        except (discord.DiscordException, *UNREACHABLE) as error:
            raise SlipwayError("authority_unreadable", fault=type(error).__name__) from error
        return _person(raw)

    async def reactions(self, channel: str, message: str) -> Mapping[Choice, frozenset[str]] | None:
        try:
            async with asyncio.timeout(self._timeout):
                return {choice: await self._standing(channel, message, emoji) for choice, emoji in EMOJI.items()}
        except discord.NotFound:
            return None
        except (discord.DiscordException, *UNREACHABLE) as error:
            raise SlipwayError("authority_unreadable", fault=type(error).__name__) from error

    async def granted(self, since: float) -> Mapping[str, frozenset[str]] | None:
        """Newest first, page by page, until an entry is older than ``since``."""
        found: dict[str, frozenset[str]] = {}
        try:
            async with asyncio.timeout(self._timeout):
                async for user, roles in self._grants(since):
                    found[user] = found.get(user, frozenset()) | roles
        except discord.Forbidden:
            return None
        except (discord.DiscordException, *UNREACHABLE, *GARBLED) as error:
            raise SlipwayError("authority_unreadable", fault=type(error).__name__) from error
        return found

    async def _grants(self, since: float) -> AsyncIterator[tuple[str, frozenset[str]]]:
        before: int | None = None
        while True:
            page = await self._log_page(before)
            for entry in page:
                if snowflake_time(int(entry["id"])).timestamp() < since:
                    return
                yield str(entry["target_id"]), _added(entry)
            if len(page) < PAGE:
                return
            before = int(page[-1]["id"])

    async def _log_page(self, before: int | None) -> list[Mapping[str, Any]]:
        http, guild = self._client.http, self._client.guild_id
        found: Any = await http.get_audit_logs(guild, limit=PAGE, before=before, action_type=ROLES_CHANGED)
        return [*found["audit_log_entries"]]

    async def _standing(self, channel: str, message: str, emoji: str) -> frozenset[str]:
        """Our own ✅ and ❌ are no votes. Another bot's are told, so that the card can say why they do not count."""
        found = [
            str(user["id"]) for kind in (NORMAL, SUPER) async for user in self._users(channel, message, emoji, kind)
        ]
        own = self._client.user
        return frozenset(found) - ({str(own.id)} if own else set())

    async def _users(self, channel: str, message: str, emoji: str, kind: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Every page: ``Reaction.users`` stops at a count that was read earlier, and skips super reactions."""
        after: int | None = None
        while True:
            page = await self._page(channel, message, emoji, kind, after)
            for user in page:
                yield user
            if len(page) < PAGE:
                return
            after = int(page[-1]["id"])

    async def _page(
        self, channel: str, message: str, emoji: str, kind: Any, after: int | None
    ) -> list[Mapping[str, Any]]:
        try:
            found = await self._client.http.get_reaction_users(int(channel), int(message), emoji, PAGE, after, kind)
        except discord.HTTPException as error:
            if error.code == UNKNOWN_EMOJI:
                return []
            raise
        return [*found]


def _added(entry: Mapping[str, Any]) -> frozenset[str]:
    added = [change["new_value"] for change in entry.get("changes", ()) if change["key"] == "$add"]
    return frozenset(str(role["id"]) for roles in added for role in roles)


def _person(raw: Mapping[str, Any]) -> Person:
    user = raw["user"]
    return Person(
        id=str(user["id"]),
        name=raw.get("nick") or user.get("global_name") or user["username"],
        roles=frozenset(str(role) for role in raw["roles"]),
        bot=bool(user.get("bot")),
        joined=datetime.fromisoformat(raw["joined_at"]).timestamp() if raw.get("joined_at") else None,
    )
