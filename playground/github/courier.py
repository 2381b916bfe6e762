"""Hands deliveries over, in order, each once: GitHub does not try again by itself."""

import asyncio
import time

import aiohttp

from playground.github.hooks import Delivery, Hooks

PATIENCE = 10.0
"""A receiver has ten seconds."""


class Courier:
    """`automatic` may be switched off: then a test sends what it likes, as often and in the order it likes."""

    def __init__(self, hooks: Hooks) -> None:
        self.hooks = hooks
        self.automatic = True
        self._waiting = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None
        hooks.wake = self._waiting.set

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._task = self._session = None

    async def _run(self) -> None:
        while True:
            await self._waiting.wait()
            self._waiting.clear()
            if self.automatic:
                for one in [each for each in self.hooks.deliveries if each.status_code == 0]:
                    await self.send(one)

    async def send(self, one: Delivery) -> int:
        """Tries it now; returns the receiver's status, 502 when there was none (as GitHub shows it)."""
        if self._session is None:
            raise RuntimeError("not started")
        began = time.monotonic()
        try:
            async with self._session.post(one.hook.url, data=one.payload, headers=one.headers) as got:
                one.answer, one.status_code, one.status = await got.text(), got.status, got.reason or ""
        except (aiohttp.ClientError, TimeoutError):
            one.status_code, one.status = 502, "failed to connect to host"
        one.duration = round(time.monotonic() - began, 2)
        return one.status_code
