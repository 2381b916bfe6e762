"""Tells the owner of a lock before it ends, and on the same message how it ended. A restart does the same again."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from bot.errors import SlipwayError
from bot.ledger import Ledger, nags, posts

log = structlog.get_logger("nags")
IDLE = 60.0  # seconds between two looks, whatever the wall clock does meanwhile
AGAIN = 5.0


@dataclass
class Nags:
    ledger: Ledger
    now: Callable[[], float] = time.time
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled."""
        self.ledger.on_commit.append(self._committed)
        try:
            while True:
                self._wake.clear()
                pause = await self._try()
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()
        finally:
            self.ledger.on_commit.remove(self._committed)

    def _committed(self, verb: str) -> None:
        if verb.startswith(("locks.", "posts.drawn")):
            self._wake.set()

    async def _try(self) -> float:
        try:
            return await self.look()
        except SlipwayError as error:
            log.warning("nags.not_read", error=str(error))
        except Exception:
            log.exception("nags.failed", reference=secrets.token_hex(4))
        return AGAIN

    async def look(self) -> float:
        """Seconds until the next look."""
        due = await self.ledger.read(nags.due, self.now())
        for lock in due.locks:
            await self.ledger.do(nags.nag, lock, self.now())
        for post in due.over:
            await self.ledger.do(nags.settle, post, self.now())
        for post in due.shown:
            await self.ledger.do(posts.close, post.id, self.now())
        left = IDLE if due.next is None else due.next - self.now()
        return min(max(left, 0.05), IDLE)
