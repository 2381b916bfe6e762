"""Hints that are fetched instead of brought: one queue, one loop, and no open port.

A message is deleted after its hint is in the ledger and told. What is no event of ECS is left to the queue's
dead letters: the queue may be somebody else's, and then it is theirs to lose.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot import metrics
from bot.errors import AdapterError, SlipwayError
from bot.ledger import Ledger, deliveries
from bot.ledger.looking import keep_looking
from bot.model import Hint
from bot.ports import At, Letter, Mailbox, nowhere
from bot.webhooks import bounded, events
from bot.webhooks.reading import Concerns, Hear

SOURCE = "sqs"
OLDEST = 900.0  # seconds: whoever still waits then has looked many times
DEADLINE = 45.0  # seconds of one fetch, 20 of which the queue may hold it
FIRST, LONGEST = 1.0, 60.0  # seconds of the pause after one that brought nothing of ours, doubled each time
QUICK = 1.0  # an empty answer that comes sooner was no long poll
log = structlog.get_logger("webhooks")


@dataclass
class Letters:
    """``hear`` is told of every hint of a batch, once. What concerns nobody here is not even remembered."""

    ledger: Ledger
    mailbox: Mailbox
    hear: Hear
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    at: At = nowhere
    concerns: Concerns = lambda hint: True
    _pause: float = 0.0
    _away: str = field(default="", init=False)  # why nothing was fetched last time

    async def run(self) -> None:
        """Until cancelled. Nothing that goes wrong in one fetch ends the loop."""
        await keep_looking(self.ledger, self.look, lambda verb: False, f"queue {self.mailbox.name}")

    async def look(self) -> float:
        """One fetch; the seconds until the next."""
        began = self.monotonic()
        try:
            async with asyncio.timeout(DEADLINE):
                letters = await self.mailbox.receive()
                done = await self._taken(letters)
                self.at("letters.told")
                if done:
                    await self.mailbox.delete(done)
                    self.at("letters.deleted")
        except (AdapterError, TimeoutError) as error:
            return self._missed(error)
        self._reached()
        return self._rested(not done if letters else self.monotonic() - began < QUICK)

    async def _taken(self, letters: Sequence[Letter]) -> list[Letter]:
        """Those that may be deleted: their hints are in the ledger and told."""
        done, told = list[Letter](), set[Hint]()
        for letter in letters:
            name, outcome, hint = await self._read(letter)
            metrics.DELIVERIES.labels(SOURCE, name, outcome).inc()
            if outcome != "garbled":
                done.append(letter)
            if hint is not None and hint not in told:
                told.add(hint)
                await self.hear(hint)
        return done

    async def _read(self, letter: Letter) -> tuple[str, str, Hint | None]:
        """(event, outcome, what is to be told). Raises SlipwayError: nothing was recorded."""
        body = letter.text.encode(errors="replace")
        try:
            event = events.read(bounded.parsed(body))
        except ValueError as error:
            log.warning("letter_garbled", queue=self.mailbox.name, size=len(body), reason=str(error)[:100])
            return "other", "garbled", None
        if letter.sent_at is not None and self.now() - letter.sent_at > OLDEST:
            return event.name, "stale", None
        if event.hint is None or not self.concerns(event.hint):
            return event.name, "ignored", None
        digest = hashlib.sha256(body).hexdigest()
        first = await self.ledger.do(deliveries.take, SOURCE, event.id, event.name, digest, self.now())
        return event.name, "heard" if first else "repeated", event.hint if first else None

    def _missed(self, error: SlipwayError | TimeoutError) -> float:
        """Said once, not with every try: it may be away for days, and polling goes on."""
        why = error.code if isinstance(error, AdapterError) else "slow"
        metrics.HINT_QUEUE.labels(self.mailbox.name).set(0)
        if why != self._away:
            log.warning("queue_away", queue=self.mailbox.name, reason=why, error=str(error))
        self._away = why
        return self._rested(True)

    def _reached(self) -> None:
        metrics.HINT_QUEUE.labels(self.mailbox.name).set(1)
        if self._away:
            log.info("queue_back", queue=self.mailbox.name)
        self._away = ""

    def _rested(self, in_vain: bool) -> float:
        self._pause = min(max(self._pause * 2, FIRST), LONGEST) if in_vain else 0.0
        return self._pause
