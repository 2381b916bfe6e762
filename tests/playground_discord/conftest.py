"""A local Discord, and a stock discord.py bot in a process of its own."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from playground.discord import LocalDiscord, Rules

Call = Callable[..., Awaitable[tuple[int, int]]]

SCRIPT = Path(__file__).with_name("stock_bot.py")


class BotProcess:
    """The bot's life, and the lines in which it says what it noticed."""

    def __init__(self, discord: LocalDiscord) -> None:
        self._discord = discord
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self.notes: list[dict[str, Any]] = []
        self.errors = ""

    async def start(self) -> None:
        where = (self._discord.api, self._discord.gateway, self._discord.token, self._discord.ids["guild"])
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(sys.executable, SCRIPT, *where, stdout=pipe, stderr=pipe)
        self._reader = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        async def out() -> None:
            async for line in process.stdout:
                self.notes.append(json.loads(line))
                self._discord.state.changes.tell()

        async def err() -> None:
            async for line in process.stderr:
                self.errors += line.decode()

        await asyncio.gather(out(), err())

    def heard(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.notes if one["kind"] == kind]

    async def hears(self, kind: str, n: int = 1, deadline: float = 10.0) -> list[dict[str, Any]]:
        await self._discord.until(lambda: len(self.heard(kind)) >= n, deadline)
        return self.heard(kind)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._reader is not None:
            await self._reader


@asynccontextmanager
async def discord_client(discord: LocalDiscord) -> AsyncIterator[Call]:
    """Calls the HTTP API with the bot's token: method, path, JSON → status and error code (0 when there is none)."""
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def call(method: str, path: str, body: Any = None) -> tuple[int, int]:
            async with session.request(method, discord.api + path, json=body) as response:
                data = await response.json() if response.status != 204 else {}
                return response.status, data.get("code", 0) if isinstance(data, dict) else 0

        yield call


@pytest.fixture
def rules() -> Rules:
    """Overridden where a test shrinks a limit."""
    return Rules()


@pytest.fixture
async def discord(rules: Rules) -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(rules=rules) as running:
        yield running


@pytest.fixture
async def bot(discord: LocalDiscord) -> AsyncIterator[BotProcess]:
    """A bot that is ready."""
    process = BotProcess(discord)
    await process.start()
    try:
        await process.hears("ready", deadline=20)
        yield process
    finally:
        await process.kill()
