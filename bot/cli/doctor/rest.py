"""Reading Discord's API with the bot's token: few requests, no library that would open a gateway."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import Any, Self

import aiohttp

from bot.config import Discord

DISCORD = "https://discord.com/api/v10"
ASK = aiohttp.ClientTimeout(total=10)
TRIES, LONGEST_PAUSE = 4, 10.0


class Unreachable(Exception):
    """No answer that counts; the reason for people."""


class Api:
    """``async with Api(config.discord) as api: status, body = await api.get("/users/@me")``."""

    def __init__(self, discord: Discord) -> None:
        self._base = (discord.api or DISCORD).rstrip("/")
        self._token = discord.token
        self._session: aiohttp.ClientSession | None = None
        self.now: float | None = None
        """Discord's clock at the last answer, epoch seconds."""

    async def __aenter__(self) -> Self:
        headers = {"Authorization": f"Bot {self._token.reveal()}", "User-Agent": "DiscordBot (slipway doctor, 1)"}
        self._session = aiohttp.ClientSession(headers=headers, timeout=ASK)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON (None where there is none). Waits where Discord asks to. Raises Unreachable."""
        reason = ""
        for _ in range(TRIES):
            status, body, pause = await self._once(path)
            if status != 429 and status < 500:
                return status, body
            reason = f"HTTP {status}"
            await asyncio.sleep(min(pause, LONGEST_PAUSE))
        raise Unreachable(reason)

    async def _once(self, path: str) -> tuple[int, Any, float]:
        assert self._session is not None, "use it as a context manager"
        try:
            async with self._session.get(self._base + path, allow_redirects=False) as response:
                self._clock(response.headers.get("Date"))
                body = await response.json() if response.content_type == "application/json" else None
                return response.status, body, float(response.headers.get("Retry-After", 1))
        except TimeoutError:
            raise Unreachable("no answer in time") from None
        except (aiohttp.ClientError, ValueError, OSError) as error:
            raise Unreachable(type(error).__name__) from None

    def _clock(self, date: str | None) -> None:
        if date:
            self.now = parsedate_to_datetime(date).timestamp()
