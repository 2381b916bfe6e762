"""Deploys that go well and deploys that ECS rolls back, by every way, each with services of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.ecs import others, ours
from bench.ecs.cloud import REGIONS, Cloud, cloud
from bench.ecs.others import Told

LANES = 2  # services of each way
TWENTY = 20
WAYS = (*others.WAYS, *ours.WAYS)
Deploy = Callable[[bool], Awaitable[Told]]


@dataclass
class Figures:
    """``good``, ``bad``: way → what was told of each deploy. ``twenty``: of those at once."""

    good: dict[str, list[Told]] = field(default_factory=lambda: {way: [] for way in WAYS})
    bad: dict[str, list[Told]] = field(default_factory=lambda: {way: [] for way in WAYS})
    twenty: dict[str, list[Told]] = field(default_factory=dict)
    twenty_asked: dict[str, Counter[str]] = field(default_factory=dict)  # with their plans

    def add(self, way: str, told: Told, good: bool) -> None:
        (self.good if good else self.bad)[way].append(told)


async def measure(folder: Path, rounds: int) -> Figures:
    others.check()
    figures = Figures()
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(cloud())
        lanes = [(way, _other(world, folder, way, n)) for way in others.WAYS for n in range(LANES)]
        for way in ours.WAYS:
            lanes += [(way, await _ours(stack, world, folder, way, n)) for n in range(LANES)]
        for number in range(rounds):
            print(f"  round {number + 1} of {rounds}", flush=True)
            await asyncio.gather(*(_lane(figures, way, deploy) for way, deploy in lanes))
        print(f"  {TWENTY} at once, by polling and with hints", flush=True)
        await asyncio.gather(*(_twenty(figures, world, folder / "twenty", way) for way in ours.WAYS))
    return figures


def _other(world: Cloud, folder: Path, way: str, n: int) -> Deploy:
    name = f"o{others.WAYS.index(way)}-{n}"
    service = world.service(name, name)
    return lambda good: others.deploy(world, way, service, folder / name, good=good)


async def _ours(stack: AsyncExitStack, world: Cloud, folder: Path, way: str, n: int) -> Deploy:
    """A bot for each service: its requests are then those of one deploy. A bot with a queue has a region to itself, so
    that the queue holds what a rule for its own cluster would put there."""
    name = f"s{ours.WAYS.index(way)}-{n}"
    service = world.service(name, name, REGIONS[n + 1] if way == ours.HINTS else REGIONS[0])
    made = await stack.enter_async_context(ours.ours(world, folder / name, way, [service]))
    return lambda good: made.deploy(service, good=good)


async def _lane(figures: Figures, way: str, deploy: Deploy) -> None:
    for good in (True, False):
        figures.add(way, await deploy(good), good)


async def _twenty(figures: Figures, world: Cloud, folder: Path, way: str) -> None:
    """All of one cluster, by one bot."""
    name = f"twenty-{ours.WAYS.index(way)}"
    services = [world.service(f"{name}-{n}", name, REGIONS[-1]) for n in range(TWENTY)]
    async with ours.ours(world, folder / name, way, services) as made:
        since = len(world.aws.requests)
        figures.twenty[way] = list(await asyncio.gather(*(made.deploy(one, good=True) for one in services)))
        figures.twenty_asked[way] = world.asked(made.keys, since)
