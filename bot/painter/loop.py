"""The loop that keeps Discord caught up with the rows. It has no state that matters: a restart draws the same again."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby

import structlog

from bot.errors import ScreenError, SlipwayError
from bot.ledger import Ledger, shown
from bot.ledger.rows import Shown
from bot.painter.brush import Brush
from bot.painter.pace import SOON, Pace, again

log = structlog.get_logger(__name__)

IDLE = 60.0
"""Seconds between two looks when nothing was committed and nothing is due."""


class Painter:
    """One per process. ``brush`` draws one message; this decides when, and what becomes of a failure.

    Deploys are drawn side by side, the messages of one deploy one after the other.
    """

    def __init__(
        self,
        ledger: Ledger,
        brush: Brush,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._brush = brush
        self._now = now
        self._pace = Pace(monotonic)
        self._wake, self._idle = asyncio.Event(), asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._hurried = False
        self._broken: BaseException | None = None

    async def run(self) -> None:
        """Until cancelled. What no task may raise (they catch every Exception) comes out here."""
        self._ledger.on_commit.append(self._committed)
        try:
            while self._broken is None:
                self._wake.clear()
                await self._until_woken(await self._look())
        finally:
            self._ledger.on_commit.remove(self._committed)
            await self._stop()
        raise self._broken

    async def hurry(self) -> None:
        """Discord is back: what waits for another try is tried now."""
        self._pace.forget()
        self._hurried = True
        self._wake.set()

    async def drain(self, seconds: float) -> None:
        """What is due may still be drawn, for so long; what is left is drawn after the next start."""
        self._idle.clear()
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    async def _stop(self) -> None:
        for task in self._busy.values():
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _committed(self, verb: str) -> None:
        if verb not in {"shown.failed", "shown.drawn"}:
            self._wake.set()

    async def _until_woken(self, seconds: float) -> None:
        """``wait_for`` would swallow a cancellation that meets the event (Python 3.11)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _look(self) -> float:
        """Begin whatever is due; the seconds until something else will be."""
        try:
            grown, soon = await self._brush.old()
            wanted = await self._ledger.read(shown.wanted)
        except Exception:
            log.exception("painter.look_failed", reference=secrets.token_hex(4))
            return again(2)
        hurried, self._hurried = self._hurried, False
        rows = sorted({row.id: row for row in [*wanted, *grown]}.values(), key=lambda row: (row.deploy, row.id))
        waits = [soon, IDLE]
        for number, group in groupby(rows, lambda row: row.deploy):
            if number not in self._busy:
                waits.append(self._begin(number, list(group), hurried=hurried))
        if not self._busy:
            self._idle.set()
        return min(waits)

    def _begin(self, number: int, rows: Sequence[Shown], *, hurried: bool) -> float:
        """Draw what of this deploy is due; the seconds until the next of it can be."""
        waits = [(row, self._wait(row, hurried=hurried)) for row in rows]
        due = [row for row, wait in waits if wait <= 0]
        if due:
            task = asyncio.create_task(self._draw(due), name=f"paint #{number}")
            self._busy[number] = task
            task.add_done_callback(partial(self._done, number))
        return min((wait for _, wait in waits if wait > 0), default=IDLE)

    def _done(self, number: int, task: asyncio.Task[None]) -> None:
        self._busy.pop(number, None)
        if not task.cancelled():
            self._broken = self._broken or task.exception()
        self._wake.set()

    def _wait(self, row: Shown, *, hurried: bool) -> float:
        told = 0.0 if hurried or row.retry_at is None else row.retry_at - self._now()
        return max(told, self._pace.left(row.id, verdict=row.over))

    async def _draw(self, rows: Sequence[Shown]) -> None:
        for row in rows:
            try:
                drawn = await self._brush.draw(row)
                if drawn:
                    self._pace.mark(row.id)
                else:
                    self._pace.hold(row.id, SOON)
            except ScreenError as error:
                log.warning("screen.failed", deploy=row.deploy, kind=row.kind, error=str(error), tries=row.tries + 1)
                await self._failed(row, error.code)
            except SlipwayError as error:
                log.warning("painter.not_recorded", deploy=row.deploy, kind=row.kind, error=str(error))
                self._pace.hold(row.id, again(row.tries))
            except Exception:
                reference = secrets.token_hex(4)
                log.exception("painter.failed", deploy=row.deploy, kind=row.kind, reference=reference)
                await self._failed(row, f"bug {reference}")

    async def _failed(self, row: Shown, error: str) -> None:
        """The next try stands in the row; a ledger that cannot be written is no reason to try at once."""
        pause = again(row.tries)
        self._pace.hold(row.id, min(pause, 5.0))
        try:
            await self._ledger.do(shown.failed, row.id, self._now() + pause, error, self._now())
        except SlipwayError as refused:
            self._pace.hold(row.id, pause)
            log.warning("painter.not_recorded", deploy=row.deploy, error=str(refused))
