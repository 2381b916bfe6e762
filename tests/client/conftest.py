"""A local Discord, and our own client in this very process, connected to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.client import SlipwayClient, point_at, supervise
from playground.discord import LocalDiscord, Rules, World


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """discord.py's addresses are class attributes: put back after the test."""
    api, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, gateway


@pytest.fixture
def world() -> World:
    """Overridden where a test needs other people."""
    return World()


@pytest.fixture
def rules() -> Rules:
    """Overridden where a test shrinks a limit of Discord."""
    return Rules()


@pytest.fixture
async def discord(elsewhere: None, world: World, rules: Rules) -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(world, rules) as running:
        point_at(running.api, running.gateway)
        yield running


@pytest.fixture
async def client(discord: LocalDiscord) -> AsyncIterator[SlipwayClient]:
    """Connected and ready."""
    made = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
    async with supervised(made, discord):
        await here(made)
        yield made


async def here(client: SlipwayClient, seconds: float = 20.0) -> None:
    """Until the gateway says READY or RESUMED the next time; at once where it already did."""
    told = asyncio.Event()

    async def tell() -> None:
        told.set()

    client.on_here.append(tell)
    if not client.present:
        await asyncio.wait_for(told.wait(), seconds)


@asynccontextmanager
async def supervised(
    client: SlipwayClient, discord: LocalDiscord, token: str | None = None, longest: float = 2.0
) -> AsyncIterator[asyncio.Task[int]]:
    """The task's result is the exit code."""
    stop = asyncio.Event()
    running = asyncio.create_task(supervise(client, token or discord.token, stop, first=0.05, longest=longest))
    try:
        yield running
    finally:
        stop.set()
        await asyncio.wait_for(running, 20)
