"""Which revision is this attempt's, and whether its service was ever told to use it.

The attempt's id is a tag of its revision. Registering has no token of its own, so a lost answer is looked up: by number
behind the revision that is replaced, since lists may lag, and among the newest of the family.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters.ecs import revision as rules
from adapters.ecs.answers import Deployment, Service
from adapters.ecs.asking import NEWEST, Asking, Revision
from adapters.ecs.memory import Memory
from adapters.ecs.revision import short
from bot.errors import AdapterError
from bot.model import Absent, Attempt, Ref

AROUND = 300.0  # seconds before the intent that are looked at too: clocks differ
UNKNOWN_THERE = ("refused", "not_found", "forbidden")  # the history of deployments is not to be had


class Finding:
    def __init__(self, asking: Asking, memory: Memory) -> None:
        self._asking = asking
        self._memory = memory

    async def find(self, attempt: Attempt) -> Ref | Absent:
        """``Absent``: its service was not told. An update that is still on its way changes nothing a second time."""
        ours = await self.revision(attempt, thorough=True)
        if ours is None:
            return Absent()
        service = await self._asking.service(fresh=True)
        mine = of(service, ours)
        if mine is not None:
            return ref(ours, mine.id, mine.created.timestamp() if mine.created else attempt.intent_at)
        if await self._ran(attempt, ours):
            return ref(ours, "", attempt.intent_at)
        return Absent()

    async def revision(self, attempt: Attempt, *, thorough: bool = False, upto: int | None = None) -> str | None:
        """The ARN of the lowest revision with this attempt's tag. ``thorough``: not by number alone.

        ``upto``: a number that is known to be ours.
        """
        if attempt.id in self._memory.revisions and upto is None:
            return self._memory.revisions[attempt.id]
        family, behind = _bounds(attempt)
        found = await self._behind(attempt.id, family, behind, upto)
        if found is None and thorough:
            found = await self._listed(attempt.id, family, behind)
        if found is not None:
            self._memory.revisions[attempt.id] = found
        return found

    async def _behind(self, attempt: str, family: str, behind: int, upto: int | None) -> str | None:
        for number in range(behind + 1, min(upto or behind + NEWEST + 1, behind + NEWEST + 1)):
            one = await self._asking.exists(f"{family}:{number}")
            if one is None and upto is None:
                return None
            if one is not None and _is(one, attempt):
                return one.arn
        return None

    async def _listed(self, attempt: str, family: str, behind: int) -> str | None:
        arns = [arn for arn in await self._asking.newest(family) if _number(arn) > behind]
        for arn in reversed(arns):
            one = await self._asking.revision(arn)
            if _is(one, attempt):
                return one.arn
        return None

    async def _ran(self, attempt: Attempt, ours: str) -> bool:
        """Whether a deployment that is no longer listed was of our revision. AWS remembers it for ninety days."""
        config, region = self._asking.config, self._asking.region
        since = datetime.fromtimestamp(attempt.intent_at - AROUND, UTC)
        asked: dict[str, Any] = {"cluster": config.cluster, "service": config.service, "createdAt": {"after": since}}
        try:
            raw = await region.read("ecs", "list_service_deployments", wants="serviceDeployments", **asked)
            arns = [str(one["targetServiceRevisionArn"]) for one in raw["serviceDeployments"]]
            if not arns:
                return False
            told = await region.read(
                "ecs", "describe_service_revisions", wants="serviceRevisions", serviceRevisionArns=arns[:20]
            )
        except AdapterError as found:
            if found.code in UNKNOWN_THERE:
                return False
            raise
        return any(one.get("taskDefinition") == ours for one in told["serviceRevisions"])


def of(service: Service, revision: str) -> Deployment | None:
    """The deployment of that revision, PRIMARY first."""
    found = [one for one in service.deployments if one.revision == revision]
    return next((one for one in found if one.status == "PRIMARY"), found[0] if found else None)


def ref(revision: str, deployment: str, at: float) -> Ref:
    return Ref({"revision": revision, "deployment": deployment, "at": at})


def _bounds(attempt: Attempt) -> tuple[str, int]:
    """The family that we register in, and the highest number that was there when this was planned."""
    copies, replaces = str(attempt.effect["copies"]), str(attempt.effect["replaces"])
    family = copies.rpartition(":")[0]
    return family, max(_number(one) for one in (copies, replaces) if one.rpartition(":")[0] == family)


def _number(name: str) -> int:
    """``llmops:57`` → 57"""
    return int(short(name).rpartition(":")[2])


def _is(one: Revision, attempt: str) -> bool:
    return rules.tag(one.tags, rules.ATTEMPT) == attempt
