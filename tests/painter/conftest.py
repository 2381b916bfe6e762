"""A real ledger, a real client on a local Discord, and the painter between them. The clock is set by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.client import DiscordScreen, SlipwayClient
from bot.ledger import Ledger, deploys, shown
from bot.ledger.rows import NewPing, Shown
from bot.model import Deploy, DeployState, Outcome, Phase, Verdict
from bot.oncall import OnCall
from bot.painter import Brush, Painter
from playground.discord import LocalDiscord, Seen
from tests.client.conftest import client, discord, elsewhere, rules, world
from tests.ledger.stories import Story

__all__ = ["client", "discord", "elsewhere", "rules", "world"]


class Killed(BaseException):
    """Stands for SIGKILL: nothing after the point runs, in this task or any other of the process."""


@dataclass
class Hand:
    """A clock that stands until it is moved."""

    time: float = 100_000.0

    def __next__(self) -> float:
        return self.time

    def __call__(self) -> float:
        return self.time


@dataclass
class Studio:
    discord: LocalDiscord
    client: SlipwayClient
    path: Path
    hand: Hand
    ledger: Ledger
    story: Story
    need: int = 0
    die_at: str = ""
    passed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def at(self, point: str) -> None:
        self.passed.append(point)
        if point == self.die_at:
            self.die_at = ""
            raise Killed(point)

    async def state(self, number: int) -> DeployState:
        parts = await self.ledger.read(deploys.state, number)
        assert parts is not None
        return DeployState(parts.deploy, "AI Server", tuple(parts.attempts), need=self.need, newer=parts.newer)

    async def gone(self, message: str) -> None:
        self.lost.append(message)

    @asynccontextmanager
    async def painting(self, **more: Any) -> AsyncIterator[Painter]:
        """A painter process, as it were. Ends when the block does, or by itself when it is killed."""
        ids = self.discord.ids
        brush = Brush(
            self.ledger,
            DiscordScreen(self.client, timeout=5.0),
            more.get("state", self.state),
            self.gone,
            lambda target: True,
            OnCall(role=ids["@oncall"]),
            [ids["#deploys"], ids["#general"], ids["#alerts"]],
            ids["guild"],
            "en",
            self.hand,
            self.at,
        )
        painter = Painter(self.ledger, brush, now=self.hand, monotonic=self.hand)
        task = asyncio.create_task(painter.run())
        try:
            yield painter
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Killed):
                await task

    def tell(self) -> None:
        """A story writes on its own connection, so the ledger does not hear of it."""
        for callback in self.ledger.on_commit:
            callback("story")

    async def killed(self, seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while self.die_at:
                await asyncio.sleep(0.01)

    async def drawn(self, number: int, seconds: float = 10.0) -> None:
        """Until Discord shows all that the rows of a deploy say. The clock goes on meanwhile."""
        async with asyncio.timeout(seconds):
            while any(row.deploy == number for row in await self.ledger.read(shown.wanted)):
                self.hand.time += 0.2
                self.tell()
                await asyncio.sleep(0.02)

    async def row(self, number: int) -> Shown:
        found = await self.ledger.read(shown.card_of, number)
        assert found is not None
        return found

    def cards(self, channel: str = "deploys") -> list[Seen]:
        return self.discord.messages(channel)

    def awaiting(self) -> Deploy:
        self.need = 1
        return self.story.move(self.story.confirmed(), Phase.AWAITING)

    def failed(self, deploy: Deploy, **more: Any) -> Deploy:
        pings = [NewPing("failed")]
        return self.story.settle(
            deploy, Verdict.FAILED, outcome=Outcome.BROKEN, code="health_failed", pings=pings, **more
        )

    def requested_by(self, person: str) -> None:
        """Stories are told of user 1001; on this screen that must be somebody real."""
        told = self.story.planned
        self.story.planned = lambda *args, **kwargs: told(*args, **{**kwargs, "who": self.discord.ids[person]})  # type: ignore[method-assign]


@pytest.fixture
async def studio(discord: LocalDiscord, client: SlipwayClient, tmp_path: Path) -> AsyncIterator[Studio]:
    hand, path = Hand(), tmp_path / "slipway.db"
    points: list[Studio] = []
    opened = await Ledger.open(path, at=lambda point: points[0].at(point) if points else None, clock=hand)
    story = replace(Story.at(path), clock=hand)  # type: ignore[arg-type]
    made = Studio(discord, client, path, hand, opened, story)
    points.append(made)
    made.requested_by("jieun")
    yield made
    story.db.close()
    await opened.close()
