"""Looks side by side: two at once, and one that begins before it is sure to be wanted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.model import Change, Preflight
from bot.plan import facts
from bot.ports import Site

A = TypeVar("A")
B = TypeVar("B")


async def together(first: Awaitable[A], second: Awaitable[B]) -> tuple[A, B]:
    """Both results; the first exception comes out when both have ended."""
    one, two = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise one
    if isinstance(two, BaseException):
        raise two
    return one, two


Preflighted = Callable[[Change], Awaitable[Preflight]]


@asynccontextmanager
async def ahead(site: Site, guess: Change | None) -> AsyncIterator[Preflighted]:
    """A preflight that begins at once for the change that was meant before; for another one it is made anew."""
    begun = asyncio.create_task(facts.preflight(site, guess), name="preflight ahead") if guess else None

    async def preflight(change: Change) -> Preflight:
        return await (begun if begun and change == guess else facts.preflight(site, change))

    try:
        yield preflight
    finally:
        if begun:
            begun.cancel()
            await asyncio.gather(begun, return_exceptions=True)
