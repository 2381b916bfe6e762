"""A service of ECS: what is wanted, what runs, what happened."""

import copy
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.aws.ecs import moving, scripts
from playground.aws.ecs.definition import Definition, register
from playground.aws.ecs.deployment import ACTIVE, COMPLETED, IN_PROGRESS, Deployment, threshold
from playground.aws.ecs.history import ServiceDeployment
from playground.aws.ecs.task import KEPT, Task
from playground.aws.elb import TargetGroup
from playground.aws.errors import Json
from playground.aws.state import Region, identifier

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
class Service(moving.Moves):
    """`script` moves it by itself, a step each `pace` seconds of the imitation's clock; None leaves it to the test."""

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
    completed: Deployment | None = None
    """What a rollback goes back to."""
    moved: Callable[[], None] = lambda: None
    _shown: tuple[float, Json] | None = None
    _next: float = 0.0

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

    # What UpdateService does

    def revise(self, image: str, *, by: str) -> Definition:
        """The next revision of the family, with another image only."""
        body = self.primary.definition.with_image(image, self.container)
        return register(self.region, self.primary.definition.family, body, by=by)

    def update(self, definition: Definition, *, late: float = 0.0) -> Deployment:
        """A new deployment takes PRIMARY. Whoever describes the service sees the old state for `late` seconds."""
        if late:
            self._shown = (self.now + late, self.shape())
        sources, before = list(self.deployments), self.history[-1] if self.history else None
        if before is not None and before.open:
            before.becomes("STOPPED", self.now, "A newer service deployment took its place.")
            before.stopped_at = self.now
        made = self.takes_primary(definition)
        breaker = threshold(self.desired)
        configuration = copy.deepcopy(self.configuration)
        self.history.append(
            ServiceDeployment(self.arn, self.cluster.arn, made, sources, self.now, configuration, breaker)
        )
        self.tells(made, "SERVICE_DEPLOYMENT_IN_PROGRESS")
        return made

    def takes_primary(self, definition: Definition, *, back: bool = False) -> Deployment:
        for one in self.deployments:
            one.status, one.updated_at = ACTIVE, self.now
        made = Deployment(definition, self.desired, self.now, self.network, rolling_back=back)
        self.deployments.insert(0, made)
        self._next = self.now + self.pace
        self.moved()
        return made

    def tells(self, one: Deployment, name: str) -> None:
        """EventBridge's "ECS Deployment State Change"."""
        kind = "ERROR" if name.endswith("FAILED") else "INFO"
        detail = {
            "eventType": kind,
            "eventName": name,
            "deploymentId": one.id,
            "updatedAt": self.now,
            "reason": one.reason,
        }
        self.region.state.tell(self.region, "ECS Deployment State Change", [self.arn], detail)

    # By itself

    def catch_up(self) -> None:
        """Does what the script has come to, each step at its own time."""
        while self.script is not None and self._next <= self.now and self.primary.rollout == IN_PROGRESS:
            with self.region.state.at(self._next):
                scripts.step(self)
            self._next += self.pace

    # What is told

    def described(self) -> Json:
        if self._shown is not None and self._shown[0] > self.now:
            return self._shown[1]
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
            "deployments": [one.shape(*counted[one.id]) for one in self.deployments],
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
