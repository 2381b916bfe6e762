"""A few threads for a blocking SDK. Unlike an executor's, nobody waits for one of them when the process ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from adapters.github.hub.asked import Unanswered

T = TypeVar("T")
Work = Callable[[], None]


class Threads:
    """At most ``most`` of them, begun when they are needed."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._begun = 0
        self._closed = False
        self._open: set[Future[Any]] = set()

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """What is cancelled before a thread is free for it is never called. Raises Unanswered once they are closed."""
        if self._closed:
            raise Unanswered("closed")
        wanted: Future[T] = Future()
        self._open.add(wanted)
        wanted.add_done_callback(self._open.discard)
        self._work.put(lambda: _done(wanted, call))
        if self._begun < self._most:
            self._begun += 1
            threading.Thread(target=self._live, name=f"{self._name}-{self._begun}", daemon=True).start()
        return wanted

    def close(self) -> list[Future[Any]]:
        """What waits is not called any more. What is at work ends by itself, and is given back."""
        self._closed = True
        left = [one for one in list(self._open) if not one.cancel()]
        for _ in range(self._begun):
            self._work.put(None)
        return left

    def _live(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _done(wanted: Future[T], call: Callable[[], T]) -> None:
    if not wanted.set_running_or_notify_cancel():
        return
    try:
        found = call()
    except BaseException as error:  # the asker's, whatever it is
        wanted.set_exception(error)
    else:
        wanted.set_result(found)
