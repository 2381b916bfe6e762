"""A cluster, and how a test or a scene furnishes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.aws.accounts import ACCOUNT
from playground.aws.ecs.definition import Definition, register
from playground.aws.ecs.service import Service
from playground.aws.elb import TargetGroup
from playground.aws.errors import Json, PlaygroundError
from playground.aws.logs import LogGroup
from playground.aws.state import Region

TERRAFORM = f"arn:aws:iam::{ACCOUNT}:role/terraform"
NETWORK = {
    "awsvpcConfiguration": {
        "subnets": ["subnet-0a1b2c3d", "subnet-1b2c3d4e"],
        "securityGroups": ["sg-0a1b2c3d"],
        "assignPublicIp": "DISABLED",
    }
}
Image = str


@dataclass(eq=False)
class Cluster:
    region: Region = field(repr=False)
    name: str
    services: dict[str, Service] = field(default_factory=dict)
    status: str = "ACTIVE"

    @property
    def arn(self) -> str:
        return self.region.arn("ecs", f"cluster/{self.name}")

    def service(
        self,
        name: str,
        *,
        containers: Sequence[str] = ("app",),
        image: Image,
        desired: int = 2,
        circuit_breaker: bool = True,
        rollback: bool = True,
        target_group: bool = True,
        completed: bool = True,
        family: str | None = None,
        port: int = 8000,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        arch: str = "X86_64",
        script: str | None = None,
        pace: float = 1.0,
        **more: Any,
    ) -> Service:
        """A Fargate service whose first container runs `image`; `more` are fields of its first task definition.

        It is steady, unless `completed` is False: then its first deployment is still under way.
        """
        if name in self.services:
            raise PlaygroundError(f"there is a service {name}")
        log = f"/ecs/{name}"
        self.region.logs.setdefault(log, LogGroup(self.region, log))
        body = _body(self.region, name, containers, image, port, environment or {}, secrets or {}, arch, log)
        first = register(self.region, family or name, {**body, **more}, by=TERRAFORM)
        group = TargetGroup(self.region, f"{name}-tg"[:32], port) if target_group else None
        if group is not None:
            self.region.groups[group.arn] = group
        breaker = {"enable": circuit_breaker, "rollback": rollback}
        made = self.services[name] = Service(
            self, name, desired, _configuration(breaker), NETWORK, group, containers[0], [], self.region.state.now()
        )
        self._begin(made, first, completed=completed)
        made.script, made.pace = script, pace
        return made

    def _begin(self, service: Service, first: Definition, *, completed: bool) -> None:
        service.update(first)
        if completed:
            service.complete()

    def shape(self) -> Json:
        every = [task for one in self.services.values() for task in one.tasks]
        return {
            "clusterArn": self.arn,
            "clusterName": self.name,
            "status": self.status,
            "registeredContainerInstancesCount": 0,
            "runningTasksCount": sum(task.running for task in every),
            "pendingTasksCount": sum(task.pending for task in every),
            "activeServicesCount": len(self.services),
            "statistics": [],
            "tags": [],
            "settings": [],
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": [],
        }


def _configuration(breaker: Json) -> Json:
    return {
        "deploymentCircuitBreaker": breaker,
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    }


def _body(
    region: Region,
    name: str,
    containers: Sequence[str],
    image: str,
    port: int,
    environment: Mapping[str, str],
    secrets: Mapping[str, str],
    arch: str,
    log: str,
) -> Json:
    first: Json = {
        "name": containers[0],
        "image": image,
        "essential": True,
        "portMappings": [{"containerPort": port, "hostPort": port, "protocol": "tcp"}],
        "environment": [{"name": key, "value": value} for key, value in environment.items()],
        "secrets": [{"name": key, "valueFrom": value} for key, value in secrets.items()],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {"awslogs-group": log, "awslogs-region": region.name, "awslogs-stream-prefix": "ecs"},
        },
    }
    others = [{"name": one, "image": "public.ecr.aws/docker/library/envoy:1.31"} for one in containers[1:]]
    return {
        "containerDefinitions": [first, *others],
        "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{name}-task",
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{name}-execution",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "1024",
        "memory": "2048",
        "runtimePlatform": {"cpuArchitecture": arch, "operatingSystemFamily": "LINUX"},
    }
