"""A local Discord, and a stock discord.py bot in a process of its own."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground.discord import LocalDiscord

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


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as running:
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
