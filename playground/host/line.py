"""A line to the host that fails as lines do: a relay on the loopback interface, cut at a byte or silent."""

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class Line:
    """`async with Line(host.ssh.port) as line`: connect to 127.0.0.1:`line.port` instead of the host's own port.

    Only what passes from now on counts: `cut_after` breaks all connections once so many bytes went in a direction.
    """

    def __init__(self, port: int) -> None:
        self.port = 0
        self.up = 0
        self.down = 0
        self._behind = port
        self._limits: dict[str, int] = {}
        self._open = asyncio.Event()
        self._open.set()
        self._ends: set[asyncio.StreamWriter] = set()
        self._relays: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self._open.set()
        self.cut()
        await asyncio.gather(*self._relays)

    def cut_after(self, *, up: int | None = None, down: int | None = None) -> None:
        """Cuts when this many more bytes went up (to the host) or came down; the byte itself still passes."""
        self._limits = {"up": self.up + up} if up is not None else {}
        if down is not None:
            self._limits["down"] = self.down + down

    def cut(self) -> None:
        """Breaks every connection now, without a goodbye."""
        for end in self._ends:
            end.transport.abort()

    def silence(self) -> None:
        """Half-open: nothing passes any more in either direction, and nothing breaks."""
        self._open.clear()

    def resume(self) -> None:
        """Ends `silence`: what was held back passes now."""
        self._open.set()

    def _accept(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        relay = asyncio.create_task(self._relay(near, back))
        self._relays.add(relay)

    async def _relay(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, until both directions ended. Without a host behind, the caller's end breaks at once."""
        self._ends.add(back)
        try:
            far, there = await asyncio.open_connection("127.0.0.1", self._behind)
        except OSError:
            back.transport.abort()
            return
        self._ends.add(there)
        await asyncio.gather(self._pass("up", near, there), self._pass("down", far, back))
        for end in (back, there):
            with contextlib.suppress(OSError):
                await end.wait_closed()

    async def _pass(self, direction: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                await self._open.wait()
                data = data[: self._left(direction, len(data))]
                sink.write(data)
                await sink.drain()
                self._count(direction, len(data))
        sink.close()

    def _left(self, direction: str, size: int) -> int:
        done = self.up if direction == "up" else self.down
        return min(size, self._limits[direction] - done) if direction in self._limits else size

    def _count(self, direction: str, size: int) -> None:
        if direction == "up":
            self.up += size
        else:
            self.down += size
        if self._left(direction, 1) <= 0:
            self._limits = {}
            self.cut()
