"""The local AWS itself: one port on 127.0.0.1 for every service and region, and the state behind it."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, Self

from aiohttp import web

from playground.aws.accounts import Keys, Role, statements
from playground.aws.ecs.cluster import Cluster
from playground.aws.faults import KINDS
from playground.aws.journal import Seen
from playground.aws.registry import Repository
from playground.aws.sqs import Queue
from playground.aws.state import State
from playground.aws.wire.door import Door
from playground.faults import Faults

REGION = "ap-northeast-2"
TICK = 0.05
"""Seconds between two looks at what scripts have come to; a request looks too."""


class LocalAws:
    """`async with LocalAws() as aws:` starts and stops it. `now` may be replaced at any time."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.state = State(lambda: self.now())
        self.faults = Faults(KINDS)
        self.requests: list[Seen] = []
        self._door = Door(self.state, self.faults, self.requests)
        self._runner: web.AppRunner | None = None
        self._ticking: asyncio.Task[None] | None = None

    @property
    def endpoint(self) -> str:
        """For every service."""
        return self.state.endpoint

    @property
    def told(self) -> list[dict[str, Any]]:
        """EventBridge's events so far, oldest first."""
        return self.state.told

    async def start(self, port: int = 0) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        self._door.mount(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self.state.endpoint = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._ticking = asyncio.create_task(self._tick(), name="move AWS's rollouts")
        return self

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.state.catch_up()

    async def stop(self) -> None:
        ticking, self._ticking = self._ticking, None
        if ticking is not None:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # Who may ask

    def keys(
        self, *, allowed: Collection[str] | None = None, policy: Mapping[str, Any] | None = None, name: str = "slipway"
    ) -> Keys:
        """A user's `.access_key` and `.secret`, which may do the `allowed` actions, what the `policy` says, or all."""
        return self.state.accounts.keys(statements(allowed, policy), name)

    def role(
        self,
        arn: str,
        *,
        external_id: str | None = None,
        allowed: Collection[str] | None = None,
        policy: Mapping[str, Any] | None = None,
    ) -> Role:
        """A role that anybody may assume who names the external id and is allowed to."""
        return self.state.accounts.role(arn, external_id, statements(allowed, policy))

    def expire(self) -> None:
        """Every session of a role is over at once."""
        for one in self.state.accounts.live.values():
            if one.token is not None:
                one.expire()

    # What there is

    def cluster(self, name: str, region: str = REGION) -> Cluster:
        """The cluster of that name, made empty when it is new."""
        where = self.state.region(region)
        return where.clusters.setdefault(name, Cluster(where, name))

    def repository(self, name: str, region: str = REGION) -> Repository:
        """The repository of that name, made empty when it is new."""
        where = self.state.region(region)
        return where.repositories.setdefault(name, Repository(where, name))

    def queue(self, name: str, region: str = REGION, *, follows: bool = False, receives: int | None = None) -> Queue:
        """The queue of that name; `follows`: ECS's events of that region are put into it.

        `receives`: there is a dead-letter queue, where a message goes that was received so often.
        """
        where = self.state.region(region)
        return where.queues.setdefault(name, Queue(where, name, follows, receives))
