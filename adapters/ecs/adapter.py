"""The contract's calls, against one container of one service."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.ecs import doctor, hearing, revision
from adapters.ecs.account import Region, region_of
from adapters.ecs.asking import Asking
from adapters.ecs.before import Before
from adapters.ecs.config import Config
from adapters.ecs.finding import Finding
from adapters.ecs.images import Images
from adapters.ecs.logs import Logs
from adapters.ecs.looking import Looking
from adapters.ecs.memory import Memory
from adapters.ecs.rollout import Rollout
from adapters.ecs.told import Told
from bot.errors import AdapterError
from bot.model import Absent, Attempt, Change, Hint, Observation, Preflight, Progress, Ref, Unclear, Unreadable, Version
from bot.ports import Place


class Ecs:
    """One target. Everything that is kept lies on AWS; ``_memory`` only says what this very process has sent."""

    def __init__(self, region: Region, config: Config, memory: Memory, model_key: str | None = None) -> None:
        self._model_key = model_key
        self._asking = Asking(region, config)
        self._memory = memory
        self._images = Images(self._asking)
        self._told = Told(self._asking, self._images)
        self._finding = Finding(self._asking, memory)
        self._rollout = Rollout(self._asking, self._images, self._finding, memory)
        self._logs = Logs(self._asking)
        self._looking = Looking(self._asking, self._images, self._logs, memory)
        self._before = Before(self._asking, self._images, self._rollout)

    @classmethod
    def of(cls, place: Place, clock: Callable[[], float] = time.monotonic) -> Ecs:
        assert isinstance(place.config, Config)
        return cls(region_of(place), place.config, Memory(clock), place.model_key)

    async def resolve(self, wanted: str) -> Version:
        return await self._images.resolve(wanted)

    async def running(self) -> Observation:
        try:
            return await self._told.now()
        except AdapterError as found:
            return Unreadable(found.code, found.facts)

    async def effect(self, change: Change) -> dict[str, Any]:
        return await self._rollout.effect(change)

    async def preflight(self, change: Change) -> Preflight:
        return await self._before.preflight(change)

    async def start(self, attempt: Attempt) -> Ref:
        return await self._rollout.start(attempt)

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        try:
            return await self._finding.find(attempt)
        except AdapterError as found:
            if not found.retry:
                raise
            return Unclear(found.code, found.facts)

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        return await self._looking.look(attempt, ref)

    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        await self._rollout.stop(attempt, str(ref.data["revision"]))

    async def abandon(self, attempt: Attempt) -> bool:
        """AWS takes no request back: only where none can be on its way any more.

        Without a revision of ours no service can be told to use it; one that is registered late is used by nobody.
        """
        async with self._memory.alone(attempt.id):
            found = await self.find(attempt)
            registered = attempt.id in self._memory.revisions
            if not isinstance(found, Absent) or (registered and not self._memory.quiet(attempt.id)):
                return False
            self._memory.abandoned.add(attempt.id)
            return True

    def hears(self, ref: Ref | None, hint: Hint) -> bool:
        """Whichever deployment of the service moved. Whoever looks next asks AWS and no memory."""
        config = self._asking.config
        mine = hearing.hears(config, hint)
        if mine:
            self._asking.region.hurry(config.cluster, config.service)
        return mine

    async def versions(self) -> Sequence[Version]:
        return await self._images.versions()

    async def commit(self, version: Version) -> Version:
        return await self._images.commit(version.id)

    async def logs(self, lines: int) -> str:
        return await self._logs.tail(lines)

    async def model(self, key: str) -> str | None:
        """As the revision says that the service uses now."""
        return revision.environment(await self._leading(), self._asking.config.container).get(key)

    async def infrastructure(self) -> str | None:
        return revision.mark(await self._leading(), self._asking.config.container, self._model_key)

    async def _leading(self) -> revision.Definition:
        service = await self._asking.service()
        leading = service.primary.revision if service.primary else service.revision
        return (await self._asking.revision(leading)).definition

    def link(self, attempt: Attempt, ref: Ref) -> str | None:
        return console(self._asking.config)

    async def diagnose(self) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        return await doctor.lines(self._asking, self._images)

    async def close(self) -> None:
        """The account is shared: whoever connected it lets it go."""


def console(config: Config) -> str | None:
    """The service's deployments in AWS's own console; None: it is no AWS that has one, or another partition's."""
    if config.endpoint is not None or config.region.startswith(("cn-", "us-gov-", "us-iso", "eu-isoe-")):
        return None
    where = f"clusters/{config.cluster}/services/{config.service}/deployments"
    return f"https://{config.region}.console.aws.amazon.com/ecs/v2/{where}?region={config.region}"
