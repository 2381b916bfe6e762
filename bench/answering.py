"""What the bot costs and how fast it answers: idle memory, start until ready, acknowledgements under load."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.team import team

DEPLOYS, ASKED = 50, 200


@dataclass(frozen=True)
class Costs:
    """Seconds and bytes."""

    ready: list[float]
    idle: int
    acks: list[float]

    def ack(self, part: float) -> float:
        return sorted(self.acks)[min(int(len(self.acks) * part), len(self.acks) - 1)]


async def measure(folder: Path, rounds: int) -> Costs:
    ready = []
    for number in range(rounds):
        async with team(folder / f"start-{number}", {}, pretended=2) as bots:
            ready.append(bots.ready_after)
            if number == 0:
                await asyncio.sleep(3)
                idle = psutil.Process(bots.bot.pid).memory_info().rss
    async with team(folder / "load", {}, pretended=DEPLOYS, seconds=8.0) as bots:
        await asyncio.gather(*(bots.begin(f"dry-{n}") for n in range(DEPLOYS)))
        acks = []
        for _ in range(ASKED):
            began = time.monotonic()
            asked = bots.discord.person("jieun").begin("help")
            await bots.discord.until(lambda asked=asked: asked.told is not None, deadline=10)
            acks.append(time.monotonic() - began)
    return Costs(ready, idle, acks)
