"""The switches that break the local Discord."""

import asyncio
import math
import time
import weakref

from aiohttp import web

from playground.discord import payloads
from playground.discord.faults import Fault, Faults, Loss
from playground.discord.gateway import Gateway
from playground.discord.people.forms import channel as find_channel
from playground.discord.rights import Permission
from playground.discord.state import State


class Switches:
    """Faults by name; `method` is an HTTP method, `path` a shell pattern such as `/channels/*/messages`."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self.state = state
        self.faults = Faults()
        self.port = 0
        self._gateway = gateway
        self._gateway.refusing = lambda: time.monotonic() < self._refuse_until
        self._refuse_until = 0.0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._transports: weakref.WeakSet[asyncio.BaseTransport] = weakref.WeakSet()

    async def _listen(self, port: int) -> None:
        if self._runner is None:
            raise RuntimeError("not started")
        self._site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await self._site.start()
        self.port = int(self._runner.addresses[0][1])

    def rate_limit_next(self, n: int = 1, retry_after: float = 1.0, method: str = "*", path: str = "*") -> None:
        """The next `n` matching requests are answered 429, per route, with `retry_after` in seconds."""
        self.faults.waiting.append(Fault("429", n, method, path, retry_after=retry_after))

    def fail_next(self, status: int, n: int = 1, method: str = "*", path: str = "*") -> None:
        """The next `n` matching requests fail with `status` and have no effect."""
        self.faults.waiting.append(Fault("status", n, method, path, status=status))

    def lose_next_answer(self, method: str = "*", path: str = "*", loss: Loss = "drop", n: int = 1) -> None:
        """The next matching request has its effect, but the answer is a dropped connection or a 502."""
        self.faults.waiting.append(Fault("lose", n, method, path, loss=loss))

    def no_faults(self) -> None:
        """Forgets every fault that has not happened yet, and accepts the gateway again."""
        self.faults.clear()
        self.accept_gateway()

    def drop_gateway(self, invalid_session: bool = False) -> None:
        """Cuts the connection; with `invalid_session` a RESUME is refused afterwards."""
        if invalid_session:
            self._gateway.sessions.invalidate()
        self._gateway.drop()

    def ask_to_reconnect(self) -> None:
        """Op 7, as Discord does before it restarts a gateway."""
        self._gateway.ask_to_reconnect()

    def refuse_gateway(self, seconds: float = math.inf) -> None:
        """New gateway connections are answered 503, for so long or until `accept_gateway`."""
        self._refuse_until = time.monotonic() + seconds

    def accept_gateway(self) -> None:
        self._refuse_until = 0.0

    def forbid(self, channel: str, permission: Permission) -> None:
        """Takes a permission from the bot in one channel."""
        self._overwrite(channel, permission, deny=True)

    def allow(self, channel: str, permission: Permission) -> None:
        self._overwrite(channel, permission, deny=False)

    def _overwrite(self, name: str, permission: Permission, deny: bool) -> None:
        channel = find_channel(self.state, name, self.state.bot)
        allowed, denied = channel.overwrites.get(self.state.bot.id, (0, 0))
        changed = denied | permission if deny else denied & ~permission
        channel.overwrites[self.state.bot.id] = (allowed & ~permission, changed)
        self.state.emit("CHANNEL_UPDATE", payloads.channel(self.state, channel), channel)
        self.state.changes.tell()

    async def offline(self) -> None:
        """Nothing answers any more: the port is closed and every connection cut. State stays."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
        self._gateway.drop()
        for transport in list(self._transports):
            if isinstance(transport, asyncio.Transport):
                transport.abort()
        self._transports.clear()

    async def online(self) -> None:
        """Listens on the same port again."""
        if self._site is None:
            await self._listen(self.port)
