"""Tells the owner of a lock before it ends, and on the same message how it ended. A restart does the same again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.ledger import Ledger, nags, posts
from bot.ledger.looking import keep_looking

IDLE = 60.0  # seconds between two looks, whatever the wall clock does meanwhile
CONCERNS = ("locks.", "posts.drawn")


@dataclass
class Nags:
    ledger: Ledger
    now: Callable[[], float] = time.time

    async def run(self) -> None:
        """Until cancelled."""
        await keep_looking(self.ledger, self.look, lambda verb: verb.startswith(CONCERNS), "nags")

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
