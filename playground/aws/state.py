"""What the imitation knows: accounts, and what lies in each region; the clock."""

import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from playground.aws.accounts import ACCOUNT, Accounts

if TYPE_CHECKING:
    from playground.aws.ecs.cluster import Cluster
    from playground.aws.ecs.definition import Definition
    from playground.aws.ecs.task import Task
    from playground.aws.elb import TargetGroup
    from playground.aws.logs import LogGroup
    from playground.aws.registry import Repository
    from playground.aws.sqs import Queue


@dataclass
class Region:
    """One account's things in one region, by name or ARN."""

    state: "State" = field(repr=False)
    name: str
    clusters: "dict[str, Cluster]" = field(default_factory=dict)
    families: "dict[str, list[Definition]]" = field(default_factory=dict)
    repositories: "dict[str, Repository]" = field(default_factory=dict)
    groups: "dict[str, TargetGroup]" = field(default_factory=dict)
    logs: "dict[str, LogGroup]" = field(default_factory=dict)
    queues: "dict[str, Queue]" = field(default_factory=dict)

    _addresses: "itertools.count[int]" = field(default_factory=lambda: itertools.count(10))

    def address(self) -> str:
        """The next task's."""
        n = next(self._addresses)
        return f"10.0.{n // 250}.{n % 250 + 1}"

    def write(self, task: "Task", line: str) -> None:
        """What the task's first container says goes where its definition sends it, if that is CloudWatch."""
        first = task.definition.containers[0]
        options = first.get("logConfiguration", {}).get("options", {})
        group = self.logs.get(options.get("awslogs-group", ""))
        if group is not None:
            stream = f"{options['awslogs-stream-prefix']}/{first['name']}/{task.id}"
            group.streams.setdefault(stream, []).append((self.state.now(), line))

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.name}:{ACCOUNT}:{rest}"


@dataclass
class State:
    clock: Callable[[], float]
    endpoint: str = ""
    accounts: Accounts = field(default_factory=Accounts)
    regions: dict[str, Region] = field(default_factory=dict)
    downloads: dict[str, bytes] = field(default_factory=dict)
    """What a download address of ECR leads to, by its token."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """EventBridge's events, oldest first."""
    _at: float | None = None

    def region(self, name: str) -> Region:
        return self.regions.setdefault(name, Region(self, name))

    def now(self) -> float:
        return self.clock() if self._at is None else self._at

    @contextmanager
    def at(self, moment: float) -> Iterator[None]:
        """What is done inside happened at that moment: scripts catch up with their own times."""
        before, self._at = self._at, moment
        try:
            yield
        finally:
            self._at = before

    def catch_up(self) -> None:
        """Every scripted rollout does what has come due."""
        for region in self.regions.values():
            for cluster in region.clusters.values():
                for service in cluster.services.values():
                    service.catch_up()

    def tell(self, region: Region, kind: str, resources: list[str], detail: dict[str, Any]) -> None:
        """An event of ECS on the default bus; queues that follow it get it."""
        event = {
            "version": "0",
            "id": identifier(),
            "detail-type": kind,
            "source": "aws.ecs",
            "account": ACCOUNT,
            "time": iso(self.now()),
            "region": region.name,
            "resources": resources,
            "detail": detail,
        }
        self.told.append(event)
        for queue in region.queues.values():
            if queue.follows:
                queue.put(event)


def identifier() -> str:
    """A UUID, as AWS makes them."""
    raw = secrets.token_hex(16)
    return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"


def number() -> str:
    """The 19 digits after `ecs-svc/`."""
    return str(secrets.randbelow(9 * 10**18) + 10**18)


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
