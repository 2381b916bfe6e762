"""The ledger as the rest of the bot has it: verbs go in, one at a time, on one thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.ledger import meta
from bot.ledger.connection import BUSY, P, T, Verb, look, transact
from bot.ledger.lockfile import LockFile
from bot.ledger.opening import open_ledger
from bot.ports import At, nowhere


class Ledger:
    """Made by ``open``. The event loop never waits for the disk: every call awaits the ledger's thread."""

    def __init__(self, db: Database, lock: LockFile, thread: ThreadPoolExecutor, at: At, epoch: str) -> None:
        self.epoch = epoch
        self.on_commit: list[Callable[[str], None]] = []
        self._db = db
        self._lock = lock
        self._thread = thread
        self._at = at
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        at: At = nowhere,
        clock: Callable[[], float] = time.time,
        busy: float = BUSY,
        name: str = "slipway",
    ) -> Ledger:
        """Raises LedgerUnusable: second_process (fact ``holder``), newer_schema, damaged, not_writable.

        ``busy``: seconds that a verb waits for a foreign lock. ``name``: what a second process is told of this one.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="slipway-ledger")
        loop = asyncio.get_running_loop()
        try:
            lock = LockFile.take(path, name, clock())
            try:
                db = await loop.run_in_executor(thread, lambda: open_ledger(path, now=clock(), busy=busy))
                epoch = await loop.run_in_executor(thread, look, db, meta.epoch)
            except BaseException:
                lock.release()
                raise
        except BaseException:
            thread.shutdown()
            raise
        return cls(db, lock, thread, at, epoch)

    async def do(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The verb in one transaction. Raises LedgerUnwritable: nothing was recorded. Refusal and Lost pass through.

        A caller that is cancelled while it waits does not stop a verb that has begun.
        """
        return await self._loop.run_in_executor(self._thread, lambda: self._transact(verb, args, kwargs))

    async def read(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A verb that changes nothing, on one snapshot."""
        return await self._loop.run_in_executor(self._thread, lambda: look(self._db, verb, *args, **kwargs))

    async def close(self) -> None:
        """After the verbs that were asked for. The lock goes last."""
        await self._loop.run_in_executor(self._thread, self._db.close)
        self._thread.shutdown()
        self._lock.release()

    def _transact(self, verb: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        name = named(verb)
        self._at(f"ledger.{name}.before")
        result = transact(self._db, verb, *args, **kwargs)
        self._loop.call_soon_threadsafe(self._committed, name)
        self._at(f"ledger.{name}.committed")
        return result

    def _committed(self, name: str) -> None:
        for callback in self.on_commit:
            callback(name)


def named(verb: Callable[..., Any]) -> str:
    """``deploys.confirm``: the noun's module below this package, and the verb. Its points are made of it."""
    module = verb.__module__.removeprefix(f"{__package__}.")
    return f"{module.split('.')[0]}.{verb.__name__}"
