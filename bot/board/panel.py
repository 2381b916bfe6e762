"""The pinned board: one public message that says what runs where, kept true by looking again.

It is looked at after whatever changes it (a verdict, health, drift, a lock), at least a minute apart; every minute
while something is not well, and now and then in any case: a drift that is over and a lock that expires are no events.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.errors import SlipwayError
from bot.ledger import Ledger, posts
from bot.model import Nothing, Running, StatusRow, Unreadable

APART = 60.0  # seconds between two changes of the message
UNWELL, WELL = 60.0, 600.0  # seconds until the next look without an event
EVENTS = ("deploys.settle", "audit.append", "locks.", "versions.")
WELL_STATES = ("ok", "unchecked", "empty")
log = structlog.get_logger("panel")


@dataclass
class Panel:
    """``channel``: id of the board's channel; another one has another message. ``apart``: seconds, as ``APART``."""

    ledger: Ledger
    status: Callable[[str | None, str | None], Awaitable[Sequence[StatusRow]]]
    channel: str
    now: Callable[[], float] = time.time
    apart: float = APART
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _drawn: float = float("-inf")  # monotonic
    _fresh: bool = True  # the first look of a process changes the message in any case

    async def run(self) -> None:
        """Until cancelled."""
        self.ledger.on_commit.append(self._committed)
        try:
            while True:
                self._changed.clear()
                pause = await self._looked()
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._changed.wait()
                await asyncio.sleep(max(self._drawn + self.apart - time.monotonic(), 0.0))
        finally:
            self.ledger.on_commit.remove(self._committed)

    def _committed(self, verb: str) -> None:
        if verb.startswith(EVENTS):
            self._changed.set()

    async def _looked(self) -> float:
        try:
            return await self.look()
        except SlipwayError as error:
            log.warning("not_looked", error=str(error))
        except Exception:
            log.exception("look_failed", reference=secrets.token_hex(4))
        return UNWELL

    async def look(self) -> float:
        """Writes down what the message shall show, where it differs; the seconds until the next look is due.

        The first message is no redraw: the next one may follow at once.
        """
        lines = panel(await self.status(None, None))
        topic = f"board·{self.channel}"
        shown = await self.ledger.read(posts.of_topic, topic)
        payload = {"lines": lines, "at": self.now()}
        if shown is None:
            await self.ledger.do(posts.add, "board", now=self.now(), place="board", payload=payload, topic=topic)
        elif self._fresh or shown.payload.get("lines") != lines:
            await self.ledger.do(posts.update, shown.id, payload)
            self._drawn = time.monotonic()
        self._fresh = False
        return WELL if all(line["state"] in WELL_STATES for line in lines) else UNWELL


def panel(rows: Sequence[StatusRow]) -> list[dict[str, Any]]:
    """One plain line for each target, trouble first: what differs between two looks and nothing else."""
    found = [_line(row) for row in rows]
    return sorted(found, key=lambda line: line["state"] in WELL_STATES)


def _line(row: StatusRow) -> dict[str, Any]:
    state = _state(row)
    version = row.observed.version.label if isinstance(row.observed, Running) else None
    recorded = row.recorded.version.label if row.recorded else None
    return {
        "target": str(row.target),
        "state": state,
        "version": version or (recorded if state == "unread" else None),
        "recorded": recorded if state == "drift" else None,
        "busy": row.busy,
        "locked": row.lock is not None,
        "frozen": row.freeze is not None,
    }


def _state(row: StatusRow) -> str:
    if isinstance(row.observed, Unreadable):
        return "unread"
    if isinstance(row.observed, Nothing):
        return "nothing" if row.recorded else "empty"
    if row.health is not None and not row.health.ok and row.health.error != "not_configured":
        return "bad"
    if row.drift:
        return "drift"
    return "ok" if row.health is not None and row.health.ok else "unchecked"
