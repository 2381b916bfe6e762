"""Keeps the session up for as long as the process lives, and gives up only where trying again cannot help."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.client.faults import UNREACHABLE
from bot.client.session import Exhausted

if TYPE_CHECKING:
    from bot.client.session import SlipwayClient

log = structlog.get_logger(__name__)

REFUSED = 78
"""Exit code (EX_CONFIG): the token or the intents are wrong. A service manager must not restart on it."""


async def supervise(
    client: SlipwayClient,
    token: str,
    stop: asyncio.Event,
    *,
    first: float = 1.0,
    longest: float = 300.0,
) -> int:
    """Log in and stay connected until ``stop``. Returns the exit code: 0, or 78 when Discord refuses us for good.

    ``first`` and ``longest``: seconds between tries, doubling, from the start again after a READY.
    """
    pause = first
    try:
        while not stop.is_set():
            client.expect()
            try:
                await _until(stop, _session(client, token, longest))
            except (discord.LoginFailure, discord.PrivilegedIntentsRequired, discord.ConnectionClosed) as error:
                log.critical("discord.refused", reason=str(error))
                return REFUSED
            except (discord.DiscordException, Exhausted, *UNREACHABLE) as error:
                log.warning("discord.unreachable", fault=type(error).__name__, reason=str(error), again_in=pause)
            pause = first if client.was_ready else pause
            await _until(stop, asyncio.sleep(pause))
            pause = min(pause * 2, longest)
        return 0
    finally:
        await client.close()


async def _session(client: SlipwayClient, token: str, patience: float) -> None:
    if not client.logged_in:
        await client.reopen()
        await client.login(token)
    await _connected(client, patience)


async def _connected(client: SlipwayClient, patience: float) -> None:
    """Until the gateway was away for ``patience`` seconds: discord.py's own pauses grow to 17 minutes.

    A first connect that is refused raises AttributeError (discord.py reads ``self.ws`` before it is there).
    """
    connecting = asyncio.create_task(client.connect(), name="discord-connect")
    try:
        while not connecting.done():
            await asyncio.wait({connecting}, timeout=min(patience, 30.0))
            if client.away_for() > patience:
                return
        await connecting
    finally:
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)


async def _until(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """``work``, or until ``stop``; its exception comes out here."""
    tasks = [asyncio.create_task(work), asyncio.create_task(stop.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if tasks[0].done():
            await tasks[0]
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
