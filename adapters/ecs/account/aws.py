"""One for the whole file: what all targets on AWS share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from adapters.ecs.account.asked import Asked, Keys, Where
from adapters.ecs.account.calls import Calls
from adapters.ecs.account.region import Region, Shared
from adapters.ecs.account.speakers import Chain, Given, Nobody, Role, Speaker
from adapters.ecs.account.throttle import Throttle
from adapters.ecs.account.wire import Wire
from adapters.ecs.config import owner_of
from bot.model import CloudKeys
from bot.ports import At, Hide, nowhere


class Section(Protocol):
    """What a table of the file says of where something lies, and in whose name it is asked for."""

    @property
    def region(self) -> str: ...

    @property
    def role_arn(self) -> str | None: ...

    @property
    def external_id(self) -> str | None: ...

    @property
    def endpoint(self) -> str | None:
        """Of an imitation; None: AWS itself."""


class Aws:
    """Nothing is asked yet; ``close`` ends its threads.

    ``keys``: as the environment names them; None: boto3 looks for some by itself. ``now``: epoch seconds;
    ``clock``: monotonic.
    """

    def __init__(
        self,
        keys: CloudKeys | None,
        hide: Hide,
        *,
        at: At = nowhere,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys, self._hide = keys, hide
        self._wire, self._calls = Wire(), Calls()
        self._at, self._now, self._clock = at, now, clock
        self._regions: dict[tuple[str | None, ...], Region] = {}
        self._ears: dict[str, float] = {}
        self._throttles: dict[tuple[str | None, ...], Throttle] = {}
        finding = Asked("read", "credentials", "find")
        self._chain = Chain(lambda: self._wire.chain(finding), hide)

    def region(self, section: Section, account: str | None = None) -> Region:
        """One for all sections with the same role, region and endpoint. ``account``: the only one that it may be."""
        where = Where(section.region, section.endpoint)
        named = (section.role_arn, section.external_id, account, section.region, section.endpoint)
        owner = owner_of(section.role_arn)  # None: our own
        if named not in self._regions:
            shared = Shared(
                self._wire,
                self._calls,
                lambda service: self._throttle(owner, service, where),
                self._ears,
                self._at,
                self._now,
                self._clock,
            )
            self._regions[named] = Region(where, self._speaker(section, where), shared, account)
        return self._regions[named]

    @property
    def asked(self) -> Mapping[str, int]:
        """Requests so far, by IAM's name of the action."""
        return self._calls.asked

    @property
    def faults(self) -> Mapping[str, int]:
        """Requests that came to nothing, by our code."""
        return self._calls.faults

    async def close(self) -> None:
        await self._wire.close()

    def _throttle(self, owner: str | None, service: str, where: Where) -> Throttle:
        return self._throttles.setdefault((owner, service, where.region, where.endpoint), Throttle(self._clock))

    def _speaker(self, section: Section, where: Where) -> Speaker:
        base = self._base(section)
        if section.role_arn is None:
            return base

        async def exchange(asked: Asked, keys: Keys) -> Mapping[str, Any]:
            self._calls.count(asked)
            return await self._wire.exchange(asked, where, keys)

        return Role(section.role_arn, section.external_id, base, exchange, self._hide, self._now)

    def _base(self, section: Section) -> Speaker:
        if self._keys is not None:
            return Given(self._keys)
        return self._chain if section.endpoint is None else Nobody()
