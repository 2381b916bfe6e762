"""What came without a signature that holds: counted always, said once in a while, so that nobody fills a log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.errors import SlipwayError
from bot.ledger import Ledger, audit

SAID = 60.0  # seconds between two lines of the log
WRITTEN = 3600.0  # seconds between two rows of the audit log
log = structlog.get_logger("webhooks")


@dataclass
class Forgeries:
    source: str
    ledger: Ledger
    now: Callable[[], float]
    monotonic: Callable[[], float]
    unsaid: int = 0
    unwritten: int = 0
    said_at: float = float("-inf")
    written_at: float = float("-inf")

    async def count(self) -> None:
        self.unsaid += 1
        self.unwritten += 1
        moment = self.monotonic()
        if moment - self.said_at >= SAID:
            log.warning("signature_refused", source=self.source, times=self.unsaid)
            self.said_at, self.unsaid = moment, 0
        if moment - self.written_at >= WRITTEN:
            self.written_at, times, self.unwritten = moment, self.unwritten, 0
            with suppress(SlipwayError):
                facts = {"source": self.source, "times": times}
                await self.ledger.do(
                    audit.append, actor="slipway", action="webhook_forged", now=self.now(), facts=facts
                )
