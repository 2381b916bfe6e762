"""A service of ECS: what is wanted, what runs, what happened, and how it is described."""

import copy
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.aws.ecs.definition import Definition
from playground.aws.ecs.deployment import ACTIVE, COMPLETED, Deployment
from playground.aws.ecs.history import ServiceDeployment
from playground.aws.ecs.task import KEPT, Task
from playground.aws.elb import TargetGroup
from playground.aws.errors import Json
from playground.aws.state import Region, identifier, iso

if TYPE_CHECKING:
    from playground.aws.ecs.cluster import Cluster

MOST_EVENTS = 100


@dataclass(frozen=True)
class Event:
    at: float
    message: str
    id: str = field(default_factory=identifier)

    def shape(self) -> Json:
        return {"id": self.id, "createdAt": self.at, "message": self.message}


@dataclass(eq=False)
class Standing:
    """What the other parts of a service build on: see `Service`."""

    cluster: "Cluster" = field(repr=False)
    name: str
    desired: int
    configuration: Json
    network: Mapping[str, Any]
    group: TargetGroup | None
    container: str
    """The one behind the target group."""
    tags: list[Mapping[str, str]]
    created_at: float
    status: str = "ACTIVE"
    controller: str = "ECS"
    script: str | None = None
    pace: float = 1.0
    deployments: list[Deployment] = field(default_factory=list)
    """PRIMARY first; what has no tasks any more is gone."""
    history: list[ServiceDeployment] = field(default_factory=list)
    """Oldest first."""
    every_task: list[Task] = field(default_factory=list)
    log: deque[Event] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    """Newest first."""
    hesitant: bool = False
    """What the breaker gave up is called IN_PROGRESS until it drains, then DRAINING and FAILED, as has been seen."""
    completed: Deployment | None = None
    """What a rollback goes back to."""
    moved: Callable[[], None] = lambda: None
    ready: Callable[[], bool] = lambda: True
    """Whether the script may do its next step: what backs the tasks may be behind."""
    shown: tuple[float, Json] | None = None
    """What is described until then, instead of the truth."""
    due: float = 0.0
    """When the script goes on."""

    @property
    def region(self) -> Region:
        return self.cluster.region

    @property
    def now(self) -> float:
        return self.region.state.now()

    @property
    def arn(self) -> str:
        return self.region.arn("ecs", f"service/{self.cluster.name}/{self.name}")

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]

    @property
    def current(self) -> ServiceDeployment:
        """The newest service deployment."""
        return self.history[-1]

    @property
    def revisions(self) -> list[Definition]:
        """Of the family that it runs, oldest first."""
        return self.region.families[self.primary.definition.family]

    @property
    def tasks(self) -> list[Task]:
        """Those that have not stopped."""
        return [one for one in self.every_task if not one.stopped]

    @property
    def stopped_tasks(self) -> list[Task]:
        """Those that can still be described."""
        return [one for one in self.every_task if one.stopped and (one.stopped_at or 0.0) > self.now - KEPT]

    @property
    def events(self) -> list[str]:
        """Newest first."""
        return [one.message for one in self.log]

    @property
    def running_image(self) -> str | None:
        """What every running task runs; None when they differ or none runs."""
        found = {one.definition.image(self.container) for one in self.tasks if one.running}
        return found.pop() if len(found) == 1 else None

    def of(self, deployment: Deployment) -> list[Task]:
        """Its tasks that have not stopped."""
        return [one for one in self.tasks if one.deployment == deployment.id]

    def says(self, message: str) -> None:
        self.log.appendleft(Event(self.now, f"(service {self.name}) {message}"))

    def sound(self, task: Task) -> bool:
        """Whether it passes every check."""
        passed = all(one.health == "HEALTHY" for one in task.checked)
        return passed and (self.group is None or self.group.healthy(task.ip))

    def takes_primary(self, definition: Definition, *, back: bool = False) -> Deployment:
        """A new deployment, ahead of all others."""
        for one in self.deployments:
            one.status, one.updated_at = ACTIVE, self.now
        made = Deployment(definition, self.desired, self.now, self.network, rolling_back=back)
        self.deployments.insert(0, made)
        self.due = self.now + self.pace
        self.moved()
        return made

    # EventBridge

    def tells(self, one: Deployment, name: str) -> None:
        """ECS Deployment State Change."""
        kind = "ERROR" if name.endswith("FAILED") else "INFO"
        detail = {"eventType": kind, "eventName": name, "deploymentId": one.id}
        more = {"updatedAt": iso(self.now), "reason": one.reason}
        self.region.state.tell(self.region, "ECS Deployment State Change", [self.arn], detail | more)

    def tells_action(self, name: str, kind: str = "INFO") -> None:
        """ECS Service Action."""
        detail = {"eventType": kind, "eventName": name, "clusterArn": self.cluster.arn, "createdAt": iso(self.now)}
        self.region.state.tell(self.region, "ECS Service Action", [self.arn], detail)

    def tells_of(self, *tasks: Task) -> None:
        """ECS Task State Change, and whoever looks on."""
        for task in tasks:
            detail = {name: iso(value) if name.endswith("At") else value for name, value in task.shape().items()}
            self.region.state.tell(self.region, "ECS Task State Change", [task.arn], detail)
        self.moved()

    # What is told

    def described(self) -> Json:
        if self.shown is not None and self.shown[0] > self.now:
            return self.shown[1]
        return self.shape()

    def counted(self) -> dict[str, tuple[int, int]]:
        """Pending and running tasks by deployment."""
        return {
            one.id: (sum(task.pending for task in self.of(one)), sum(task.running for task in self.of(one)))
            for one in self.deployments
        }

    def shape(self) -> Json:
        counted = self.counted()
        balancers = []
        if self.group is not None:
            name = {"targetGroupArn": self.group.arn, "containerName": self.container}
            balancers.append({**name, "containerPort": self.group.port})
        deployments = [one.shape(*counted[one.id]) for one in self.deployments]
        told: Json = {
            "serviceArn": self.arn,
            "serviceName": self.name,
            "clusterArn": self.cluster.arn,
            "loadBalancers": balancers,
            "serviceRegistries": [],
            "status": self.status,
            "desiredCount": self.desired,
            "runningCount": sum(running for _, running in counted.values()),
            "pendingCount": sum(pending for pending, _ in counted.values()),
            "launchType": "FARGATE",
            "platformVersion": "LATEST",
            "platformFamily": "Linux",
            "taskDefinition": self.primary.definition.arn,
            "deploymentConfiguration": copy.deepcopy(self.configuration),
            "deployments": deployments if self.controller == "ECS" else [],
            "events": [one.shape() for one in self.log],
            "createdAt": self.created_at,
            "placementConstraints": [],
            "placementStrategy": [],
            "networkConfiguration": copy.deepcopy(dict(self.network)),
            "healthCheckGracePeriodSeconds": 60,
            "schedulingStrategy": "REPLICA",
            "deploymentController": {"type": self.controller},
            "createdBy": f"arn:aws:iam::{self.arn.split(':')[4]}:role/terraform",
            "enableECSManagedTags": True,
            "propagateTags": "NONE",
            "enableExecuteCommand": False,
            "availabilityZoneRebalancing": "ENABLED",
        }
        if self.current.open:
            told["currentServiceDeployment"] = self.current.arn
        told["currentServiceRevisions"] = self._revisions(counted)
        return told

    def _revisions(self, counted: dict[str, tuple[int, int]]) -> list[Json]:
        found = []
        for one in self.deployments:
            pending, running = counted[one.id]
            arn = self.current.revision_arn(one)
            counts = {"requestedTaskCount": one.desired, "runningTaskCount": running, "pendingTaskCount": pending}
            found.append({"arn": arn, **counts})
        return found

    @property
    def steady(self) -> bool:
        return len(self.deployments) == 1 and self.primary.rollout == COMPLETED
