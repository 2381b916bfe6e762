"""discord.py's exceptions → ``ScreenError``. Codes of Discord's own list ("JSON error codes"), each named once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.errors import ScreenError

UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_EMOJI = 10014
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
INVALID_TOKEN = 50027
THREAD_EXISTS = 160004

UNREACHABLE = (OSError, TimeoutError, asyncio.TimeoutError, aiohttp.ClientError, RuntimeError, AttributeError)
"""What discord.py lets through when the network or its own session is gone.

RuntimeError and AttributeError belong to it: aiohttp's "Session is closed", and the session that is not there yet.
"""


def translated(error: Exception) -> ScreenError:
    """The fault as the painter understands it. ``retry``: would the very same call succeed later?"""
    if isinstance(error, discord.NotFound):
        return ScreenError("channel_gone" if error.code in {UNKNOWN_CHANNEL, UNKNOWN_GUILD} else "message_gone")
    if isinstance(error, discord.Forbidden):
        return ScreenError("forbidden", api=error.code)
    if isinstance(error, discord.HTTPException):
        again = error.status in {401, 429} or error.status >= 500
        return ScreenError("unavailable", retry=again, status=error.status, api=error.code)
    return ScreenError("unavailable", retry=True, fault=type(error).__name__)


@asynccontextmanager
async def bounded(seconds: float) -> AsyncIterator[None]:
    """A deadline around one call, and only ``ScreenError`` gets out."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (discord.DiscordException, *UNREACHABLE) as error:
        raise translated(error) from error
