"""AWS in one region, in one role's name: every request of the process there goes through it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import stamina

from adapters.ecs.account.asked import ROLE_SESSION, SEND, Asked, Keys, Where
from adapters.ecs.account.calls import Calls
from adapters.ecs.account.faults import error
from adapters.ecs.account.poller import Poller
from adapters.ecs.account.speakers import Speaker
from adapters.ecs.account.throttle import Throttle
from adapters.ecs.account.wire import Wire
from bot.errors import AdapterError
from bot.ports import At, nowhere

TRIES, PATIENCE = 3, 25.0  # of a read, and seconds for all of them
PASSING = ("unavailable", "unreachable", "lost", "timeout", "throttled")
TURN = 10.0  # seconds that a request may wait until AWS wants to be asked again
REMEMBERED = 5  # rollouts
NEVER = float("-inf")
LISTENED = 35.0  # seconds after an answered long poll in which the next one is under way
HELD = 30.0  # seconds of a long poll: SQS answers after at most twenty
NEXT = {"elbv2": ("Marker", "NextMarker"), "iam": ("Marker", "Marker"), "sqs": ("NextToken", "NextToken")}

Exchange = Callable[[Asked, Where, Keys], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Caller:
    """Who AWS takes us for."""

    account: str
    arn: str


@dataclass(frozen=True)
class Shared:
    """What all regions and roles of the file have together. ``now``: epoch seconds; ``clock``: monotonic.

    ``ears``: when a long poll was last answered, by region.
    """

    wire: Wire
    calls: Calls
    throttle: Callable[[str], Throttle]
    ears: dict[str, float]
    at: At = nowhere
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic


class Region:
    """Raises only AdapterError("ecs", …). What it gives is shared: look, do not change it.

    ``account``: the only one that the file lets this be; None: any.
    """

    def __init__(self, where: Where, speaker: Speaker, shared: Shared, account: str | None = None) -> None:
        self.where = where
        self._speaker, self._shared, self._expected = speaker, shared, account
        self._caller: Caller | None = None
        self._one = asyncio.Lock()
        self._asked: set[tuple[str, str]] = set()
        slower = shared.throttle("ecs")
        self._poller = Poller(
            self._described,
            lambda: slower.slower,
            listens=lambda: shared.clock() - shared.ears.get(where.region, NEVER) < LISTENED,
            now=shared.now,
            clock=shared.clock,
        )

    async def read(self, service: str, operation: str, /, *, wants: str | None = None, **params: Any) -> dict[str, Any]:
        """Also for what may be done twice without harm. ``wants``: what the answer must hold, else ``garbled``."""
        await self._ours()
        return await self._patiently(Asked("read", service, operation, params, wants=wants))

    async def pages(self, service: str, operation: str, key: str, /, *, limit: int = 1000, **params: Any) -> list[Any]:
        """Every page; ``key``: where the list stands in each. More than ``limit`` items: ``too_many``."""
        found: list[Any] = []
        asks, says = NEXT.get(service, ("nextToken", "nextToken"))
        more: dict[str, Any] = {}
        while True:
            answer = await self.read(service, operation, wants=key, **params, **more)
            found += answer[key]
            if len(found) > limit:
                raise error("too_many", what=operation, limit=limit)
            if not answer.get(says):
                return found
            more = {asks: answer[says]}

    async def send(
        self, call: str, service: str, operation: str, /, *, attempt: str, wants: str | None = None, **params: Any
    ) -> dict[str, Any]:
        """Exactly one request, never tried again. ``lost``, ``timeout``, ``garbled``: nobody knows whether it was done.

        ``unreachable``, ``throttled``: it was not.
        """
        await self._ours()
        session = f"{ROLE_SESSION}-{attempt}"
        asked = Asked(call, service, operation, params, SEND, wants, writes=True, session=session)
        self._shared.at(f"ecs.{call}.before")
        try:
            answer = await self._ask(asked)
        finally:
            if isinstance(params.get("cluster"), str):
                self._poller.hurry(params["cluster"])
            self._shared.at(f"ecs.{call}.sent")
        self._shared.at(f"ecs.{call}.answered")
        return answer

    async def listen(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        """A long poll, in a thread of its own; tried once. Whoever is cancelled leaves it behind."""
        await self._ours()
        found = await self._ask(Asked("read", service, operation, params, HELD), self._shared.wire.listen)
        self._shared.ears[self.where.region] = self._shared.clock()
        return found

    async def service(self, cluster: str, name: str, *, fresh: bool = False) -> dict[str, Any] | None:
        """As DescribeServices says it; None: there is none. ``fresh``: asked for after this call, not seen before."""
        found = await self._poller.service(cluster, name, fresh=fresh)
        if self._poller.rolls(cluster, name) and (cluster, name) not in self._asked:
            self._asked.add((cluster, name))
            self._poller.taught(cluster, name, await self._lengths(cluster, name))
        return found

    def soon(self, cluster: str, name: str) -> float:
        """Seconds until another look at this service is worth it."""
        return self._poller.soon(cluster, name)

    def hurry(self, cluster: str, name: str) -> None:
        """Somebody says that it has changed: the next look asks AWS."""
        self._poller.hint(cluster, name)

    async def caller(self) -> Caller:
        """Who we are there, asked once."""
        async with self._one:
            if self._caller is None:
                asked = Asked("read", "sts", "get_caller_identity", wants="Arn")
                found = await self._patiently(asked)
                self._caller = Caller(str(found.get("Account", "")), str(found["Arn"]))
        return self._caller

    async def _ours(self) -> None:
        """``wrong_account``: not where the file says. Before anything is asked, let alone changed."""
        if self._expected is not None and (found := (await self.caller()).account) != self._expected:
            raise error("wrong_account", expected=self._expected, found=found)

    async def _lengths(self, cluster: str, name: str) -> list[float]:
        """Seconds of the newest rollouts that ended well; none where nobody says: it is only for the pace."""
        known: dict[str, Any] = {
            "cluster": cluster,
            "service": name,
            "status": ["SUCCESSFUL"],
            "maxResults": REMEMBERED,
        }
        asked = Asked("read", "ecs", "list_service_deployments", known, wants="serviceDeployments")
        try:
            found = (await self._ask(asked))["serviceDeployments"]
        except AdapterError:
            return []
        both = [(one.get("startedAt"), one.get("finishedAt")) for one in found]
        return [(end - begin).total_seconds() for begin, end in both if begin is not None and end is not None]

    async def _described(self, cluster: str, names: Sequence[str]) -> Mapping[str, Any]:
        return await self.read("ecs", "describe_services", wants="services", cluster=cluster, services=list(names))

    async def _patiently(self, asked: Asked) -> dict[str, Any]:
        tries = stamina.retry_context(on=_passes, attempts=TRIES, timeout=PATIENCE, wait_initial=0.2, wait_jitter=0.2)
        async for attempt in tries:
            with attempt:
                return await self._renewed(asked)
        raise AssertionError("a retry context ends by an answer or by an error")

    async def _renewed(self, asked: Asked) -> dict[str, Any]:
        """Keys that have ended are asked for once more."""
        try:
            return await self._ask(asked)
        except AdapterError as problem:
            if problem.code != "expired" or not problem.retry:
                raise
            return await self._ask(asked)

    async def _ask(self, asked: Asked, exchange: Exchange | None = None) -> dict[str, Any]:
        throttle = self._shared.throttle(asked.service)
        if not await throttle.open(TURN):
            raise error("throttled", retry=True, action=asked.action)
        keys = await self._keys(asked)
        self._shared.calls.count(asked)
        try:
            return await (exchange or self._shared.wire.exchange)(asked, self.where, keys)
        except AdapterError as problem:
            raise self._heard(problem, keys, throttle) from None

    async def _keys(self, asked: Asked) -> Keys:
        """What went wrong here was no answer to the request: that was not sent."""
        try:
            return await self._speaker.keys(asked.session)
        except AdapterError as problem:
            if problem.code in ("lost", "timeout", "garbled", "unavailable"):
                raise error("unreachable", retry=True, call=str(problem.facts.get("call", "assume_role"))) from None
            raise

    def _heard(self, problem: AdapterError, keys: Keys, throttle: Throttle) -> AdapterError:
        self._shared.calls.failed(problem.code)
        if problem.code == "throttled":
            throttle.refused()
        if problem.code == "expired" and self._speaker.refused(keys):
            return error("expired", retry=True, **problem.facts)
        return problem


def _passes(raised: Exception) -> bool:
    return isinstance(raised, AdapterError) and raised.code in PASSING
