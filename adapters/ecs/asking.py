"""What is read of one service, its revisions, its tasks and its targets."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.ecs import answers
from adapters.ecs.account import Region, error
from adapters.ecs.answers import Registered, Service, Task
from adapters.ecs.config import Config
from adapters.ecs.revision import Tags
from bot.errors import AdapterError

AT_ONCE = 100  # tasks that DescribeTasks takes
KEPT = 50  # definitions: they never change but for their state
AGAIN = 5.0  # seconds after which a revision's state is asked for again
NEWEST = 20  # revisions of a family that are looked through


@dataclass(frozen=True)
class Revision:
    """A task definition with its tags."""

    definition: Mapping[str, Any]
    tags: Tags

    @property
    def arn(self) -> str:
        return str(self.definition["taskDefinitionArn"])

    @property
    def active(self) -> bool:
        return self.definition.get("status") == "ACTIVE"


class Asking:
    def __init__(self, region: Region, config: Config) -> None:
        self.region = region
        self.config = config
        self._known: dict[str, Revision] = {}
        self._read: dict[str, float] = {}  # the last one that was read: monotonic

    async def service(self, *, fresh: bool = False) -> Service:
        """Raises AdapterError service_missing."""
        config = self.config
        raw = await self.region.service(config.cluster, config.service, fresh=fresh)
        found = answers.read(Service, raw, "service") if raw is not None else None
        if found is None or found.status == "INACTIVE":
            raise error("service_missing", cluster=config.cluster, service=config.service, region=config.region)
        return found

    async def revision(self, name: str, *, fresh: bool = False) -> Revision:
        """By ARN or ``family:number``. ``fresh``: its state may have changed since a look some seconds ago."""
        old = time.monotonic() - self._read.get(name, float("-inf")) > AGAIN
        if name not in self._known or (fresh and old):
            asked = {"taskDefinition": name, "include": ["TAGS"]}
            raw = await self.region.read("ecs", "describe_task_definition", wants="taskDefinition", **asked)
            found = Revision(raw["taskDefinition"], raw.get("tags") or ())
            self._known = dict([*self._known.items(), (name, found), (found.arn, found)][-KEPT:])
            self._read = {name: time.monotonic(), found.arn: time.monotonic()}
        return self._known[name]

    async def exists(self, name: str) -> Revision | None:
        """None: there is no revision of that number (yet)."""
        try:
            return await self.revision(name)
        except AdapterError as found:
            if found.code == "not_found" or (
                found.code == "refused" and found.facts.get("reason") == "ClientException"
            ):
                return None
            raise

    async def newest(self, family: str) -> list[str]:
        """ARNs of its newest ACTIVE revisions, the newest first."""
        asked = {"familyPrefix": family, "sort": "DESC", "maxResults": NEWEST, "status": "ACTIVE"}
        raw = await self.region.read("ecs", "list_task_definitions", wants="taskDefinitionArns", **asked)
        return [str(arn) for arn in raw["taskDefinitionArns"]]

    async def tasks(self, status: str = "RUNNING") -> list[Task]:
        """RUNNING is what should run; STOPPED is remembered for about an hour."""
        where = {"cluster": self.config.cluster}
        asked: dict[str, Any] = {**where, "serviceName": self.config.service, "desiredStatus": status}
        arns = await self.region.pages("ecs", "list_tasks", "taskArns", **asked)
        found: list[Task] = []
        for begin in range(0, len(arns), AT_ONCE):
            some = arns[begin : begin + AT_ONCE]
            raw = await self.region.read("ecs", "describe_tasks", wants="tasks", **where, tasks=some)
            found += answers.read_all(Task, raw["tasks"], "tasks")
        return found

    async def targets(self, groups: Sequence[str]) -> list[Registered] | None:
        """Of all its target groups. None: it has none."""
        if not groups:
            return None
        found: list[Registered] = []
        for arn in groups:
            raw = await self.region.read(
                "elbv2", "describe_target_health", wants="TargetHealthDescriptions", TargetGroupArn=arn
            )
            found += answers.read_all(Registered, raw["TargetHealthDescriptions"], "targets")
        return found
