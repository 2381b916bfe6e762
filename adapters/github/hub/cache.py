"""What GitHub said and the ETag it said it under: asked with it, an answer that has not changed costs nothing."""

from __future__ import annotations

from collections import OrderedDict

from adapters.github.hub.asked import Reply

ENTRIES, BYTES = 2000, 32 * 1024 * 1024


class Cache:
    """Newest use last; the oldest goes first when there are too many or they are too big together."""

    def __init__(self, entries: int = ENTRIES, size: int = BYTES) -> None:
        self._most, self._room = entries, size
        self._kept: OrderedDict[str, Reply] = OrderedDict()
        self._size = 0

    def get(self, key: str) -> Reply | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: str, reply: Reply) -> None:
        """Only what has an ETag can be asked for with it."""
        self._drop(key)
        if "etag" not in reply.headers or reply.size > self._room:
            return
        self._kept[key] = reply
        self._size += reply.size
        while self._size > self._room or len(self._kept) > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        found = self._kept.pop(key, None)
        if found is not None:
            self._size -= found.size
