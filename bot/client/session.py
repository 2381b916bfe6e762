"""One Discord session: which events are wanted, what is told of them, and how often IDENTIFY may be sent."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import structlog
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client.items import Click, Press, Pressed
from bot.client.names import Names
from bot.client.sync import sync

log = structlog.get_logger(__name__)

IDENTIFIES, WINDOW = 5, 600.0
"""At most so many IDENTIFYs in so many seconds: 720 a day. Over 1,000 a day Discord resets the token."""

HANDLED = 1000
"""Interactions remembered: Discord may deliver one twice (a resumed session repeats events)."""


class Exhausted(Exception):
    """Discord keeps refusing the session: hang up and come back after a pause, instead of an IDENTIFY every 5 s."""


def point_at(api: str | None, gateway: str | None) -> None:
    """Where Discord is, for the whole process: ``api`` up to and with the version (``http://127.0.0.1:1/api/v10``)."""
    if api:
        Route.BASE = api.rstrip("/")
    if gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class Tree(app_commands.CommandTree["SlipwayClient"]):
    """Whatever a command lets out ends as an answer (``commands.answers.failed``)."""

    async def on_error(self, interaction: Click, error: app_commands.AppCommandError, /) -> None:
        await self.client.failed(interaction, error)


class SlipwayClient(discord.Client):
    """``discord.Client`` with a command tree of one guild. ``commands.install`` fills ``pressed``, ``failed``, events.

    ``monotonic``: seconds, for the pace of IDENTIFYs only. Nothing privileged is asked of Discord.
    """

    def __init__(self, guild: str, *, monotonic: Callable[[], float] = time.monotonic, **options: Any) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            **options,
        )
        self.guild_id = int(guild)
        self.tree = Tree(self)
        self.pressed: Pressed = self._nobody
        self.failed: Callable[[Click, Exception], Any] = self._nobody
        self.handled: deque[int] = deque(maxlen=HANDLED)
        self.on_here: list[Callable[[], Awaitable[None]]] = []
        self.present = self.was_ready = False
        self.syncs = True
        self._away_since: float | None = monotonic()
        self._monotonic = monotonic
        self._identified: deque[float] = deque(maxlen=IDENTIFIES)

    @property
    def home(self) -> discord.Object:
        return discord.Object(self.guild_id)

    @property
    def logged_in(self) -> bool:
        return self.user is not None and not self.is_closed()

    async def reopen(self) -> None:
        """As new, after a failed login or a close: discord.py alone would go on with a closed connector."""
        await self.http.close()
        self.http.connector = discord.utils.MISSING
        await self.__aenter__()
        self.clear()

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Press)
        await self.tree.set_translator(Names())
        if self.syncs:
            await sync(self)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        await super().before_identify_hook(shard_id, initial=initial)
        now = self._monotonic()
        if len(self._identified) == IDENTIFIES and now - self._identified[0] < WINDOW:
            await self.close()
            raise Exhausted
        self._identified.append(now)

    async def on_ready(self) -> None:
        await self._back("ready")

    async def on_resumed(self) -> None:
        await self._back("resumed")

    async def on_disconnect(self) -> None:
        if self.present:
            log.warning("discord.away")
        self.present = False
        self._away_since = self._monotonic() if self._away_since is None else self._away_since

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("discord.event_failed", event_name=event_method, reference=secrets.token_hex(4))

    def expect(self) -> None:
        """A new try begins: not ready yet, and not away for long."""
        self.present = self.was_ready = False
        self._away_since = self._monotonic()

    def away_for(self) -> float:
        """Seconds since the gateway was last there; 0.0 while it is."""
        return 0.0 if self._away_since is None else self._monotonic() - self._away_since

    async def _back(self, how: str) -> None:
        """Whoever must catch up with what happened meanwhile is told through ``on_here``."""
        self.present = self.was_ready = True
        self._away_since = None
        log.info("discord.here", how=how)
        for told in self.on_here:
            await told()

    async def _nobody(self, *_: Any) -> None:
        """Before the doors are installed; ``connect`` comes after that, so only a wiring mistake gets here."""
        await asyncio.sleep(0)
        log.error("discord.no_doors")
