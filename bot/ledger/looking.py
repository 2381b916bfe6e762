"""A loop beside the deploys: it looks, and looks again after a commit that concerns it, or when it said so."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.errors import SlipwayError
from bot.ledger.ledger import Ledger

AGAIN = 5.0  # seconds after a look that came to nothing
log = structlog.get_logger("looking")

Look = Callable[[], Awaitable[float]]
"""One look; the seconds after which to look again."""


async def keep_looking(
    ledger: Ledger, look: Look, concerns: Callable[[str], bool], name: str, *, wake: asyncio.Event | None = None
) -> None:
    """Until cancelled. ``concerns``: of the verb that was committed. ``wake``: what else may wake it.

    Nothing that goes wrong in one look ends the loop.
    """
    woken = wake or asyncio.Event()

    def committed(verb: str) -> None:
        if concerns(verb):
            woken.set()

    ledger.on_commit.append(committed)
    try:
        while True:
            woken.clear()
            pause = await tried(look, name)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await woken.wait()
    finally:
        ledger.on_commit.remove(committed)


async def tried(look: Look, name: str) -> float:
    """The seconds until the next look, whatever becomes of this one."""
    try:
        return await look()
    except SlipwayError as error:
        log.warning("not_looked", loop=name, error=str(error))
    except Exception:
        log.exception("look_failed", loop=name, reference=secrets.token_hex(4))
    return AGAIN
