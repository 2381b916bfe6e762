"""A deadline that holds, also against code that does not let itself be cancelled (a half-open connection's close)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
GRACE = 1.0  # seconds that a cancelled call has to tidy up
log = structlog.get_logger("within")
_left_behind: set[asyncio.Future[Any]] = set()


async def within(awaitable: Awaitable[T], seconds: float) -> T:
    """The awaitable's result. Raises TimeoutError at the latest ``GRACE`` after ``seconds``.

    ``asyncio.wait_for`` waits for the cancelled call to end, and one that never ends would hold its caller for ever.
    What goes on regardless is kept and logged when it ends; nobody uses its answer.
    """
    task = asyncio.ensure_future(awaitable)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if done:
            return task.result()
        task.cancel()
        await asyncio.wait({task}, timeout=GRACE)
    except asyncio.CancelledError:
        if task.done():
            _ended(task)  # it ended in the very moment in which its caller was told to stop
        raise
    finally:
        if not task.done():
            task.cancel()
            _left_behind.add(task)
            task.add_done_callback(_ended)
    if task.done() and not task.cancelled() and task.exception() is None:
        return task.result()
    raise TimeoutError


def _ended(task: asyncio.Future[Any]) -> None:
    _left_behind.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.warning("left_behind", error=str(error))
