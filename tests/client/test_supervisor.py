"""When to try again and when to give up, with a session that is passed in and ends as told."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.client import REFUSED, supervise
from bot.client.session import Exhausted

CLOSED = discord.ConnectionClosed(SimpleNamespace(close_code=4004), shard_id=None)  # type: ignore[arg-type]


@dataclass
class Session:
    """Each ``connect`` takes the next ending: an exception, or None, which hangs without ever being there."""

    endings: list[Exception | None]
    logged_in: bool = True
    was_ready: bool = False
    away: float = 0.0
    connects: list[float] = field(default_factory=list)
    closed: bool = False
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def connect(self) -> None:
        self.connects.append(time.monotonic())
        self.tried.set()
        ending = self.endings.pop(0) if self.endings else None
        if ending:
            raise ending
        await asyncio.Event().wait()

    def expect(self) -> None:
        self.away = time.monotonic()

    def away_for(self) -> float:
        return time.monotonic() - self.away

    async def close(self) -> None:
        self.closed = True

    async def tries(self, n: int) -> None:
        async with asyncio.timeout(20):
            while len(self.connects) < n:
                self.tried.clear()
                await self.tried.wait()


async def ran(session: Session, tries: int, **paces: float) -> int:
    stop = asyncio.Event()
    client: Any = session
    running = asyncio.create_task(supervise(client, "token", stop, **paces))
    await session.tries(tries)
    stop.set()
    return await asyncio.wait_for(running, 10)


@pytest.mark.parametrize("ending", [discord.LoginFailure("401"), discord.PrivilegedIntentsRequired(None), CLOSED])
async def test_a_refusal_for_good_ends_at_once_and_closes(ending: Exception) -> None:
    session = Session([ending])
    assert await asyncio.wait_for(supervise(session, "token", asyncio.Event()), 5) == REFUSED  # type: ignore[arg-type]
    assert (len(session.connects), session.closed) == (1, True)


async def test_passing_faults_are_tried_again_ever_more_slowly() -> None:
    faults = [AttributeError("ws"), OSError("refused"), Exhausted(), TimeoutError()]
    session = Session([*faults])
    assert await ran(session, 5, first=0.2, longest=5.0) == 0
    pauses = [after - before for before, after in zip(session.connects, session.connects[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert pauses[-1] > 1.5
    assert session.closed


async def test_a_gateway_that_stays_away_too_long_gets_a_fresh_connect() -> None:
    """discord.py's own pauses between reconnects grow to 17 minutes."""
    session = Session([None, None])
    assert await ran(session, 2, first=0.05, longest=0.3) == 0
