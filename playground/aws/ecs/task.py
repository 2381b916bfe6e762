"""One task: a copy of a task definition that runs, or did."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from playground.aws.ecs.definition import Definition
from playground.aws.errors import Json

PENDING = ("PROVISIONING", "PENDING", "ACTIVATING")
KEPT = 3600.0
"""A stopped task can be described for about an hour."""


@dataclass
class Container:
    name: str
    image: str
    status: str = "PENDING"
    digest: str | None = None
    exit_code: int | None = None
    reason: str | None = None
    health: str = "UNKNOWN"


@dataclass(eq=False)
class Task:
    definition: Definition
    cluster: str
    """Its ARN."""
    service: str
    started_by: str
    """The deployment's id."""
    ip: str
    created_at: float
    deployment: str = ""
    """The deployment that counts it; a rollback takes over what already runs."""
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    status: str = "PROVISIONING"
    desired: str = "RUNNING"
    containers: list[Container] = field(default_factory=list)
    started_at: float | None = None
    stopping_at: float | None = None
    stopped_at: float | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    version: int = 1

    def __post_init__(self) -> None:
        self.deployment = self.deployment or self.started_by
        self.containers = [Container(one["name"], one["image"]) for one in self.definition.containers]

    @property
    def arn(self) -> str:
        name = self.cluster.rpartition("/")[2]
        return self.definition.region.arn("ecs", f"task/{name}/{self.id}")

    @property
    def checked(self) -> list[Container]:
        """Those that have a health check of their own; of the others nobody ever knows."""
        own = {one["name"] for one in self.definition.containers if one.get("healthCheck")}
        return [one for one in self.containers if one.name in own]

    @property
    def pending(self) -> bool:
        return self.status in PENDING and self.desired == "RUNNING"

    @property
    def running(self) -> bool:
        return self.status == "RUNNING"

    @property
    def stopped(self) -> bool:
        return self.status == "STOPPED"

    def run(self, now: float) -> None:
        """Every container is up; what was pulled is known by its digest."""
        self.status, self.started_at = "RUNNING", now
        self.version += 1
        for one in self.containers:
            one.status, one.digest = "RUNNING", digest_of(self.definition, one.image)

    def deactivate(self, now: float, code: str, reason: str) -> None:
        """It is to stop, and still answers what was begun: its target drains."""
        self.status, self.desired, self.stopping_at = "DEACTIVATING", "STOPPED", now
        self.stop_code, self.stopped_reason = code, reason
        self.version += 1

    def stop(
        self, now: float, code: str, reason: str, *, exit_code: int | None = None, detail: str | None = None
    ) -> None:
        """Ends it. `exit_code` and `detail` are the first container's; the others are ended by it with 0."""
        was_running = self.running or self.status == "DEACTIVATING"
        self.status, self.desired = "STOPPED", "STOPPED"
        self.stop_code, self.stopped_reason = code, reason
        self.stopping_at, self.stopped_at = self.stopping_at or now, now
        self.version += 1
        for number, one in enumerate(self.containers):
            one.status = "STOPPED"
            if number == 0:
                one.exit_code, one.reason = exit_code, detail
            elif was_running:
                one.exit_code = 0

    def shape(self) -> Json:
        told: Json = {
            "taskArn": self.arn,
            "clusterArn": self.cluster,
            "taskDefinitionArn": self.definition.arn,
            "group": f"service:{self.service}",
            "startedBy": self.started_by,
            "lastStatus": self.status,
            "desiredStatus": self.desired,
            "healthStatus": self._health(),
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "availabilityZone": f"{self.definition.region.name}a",
            "connectivity": "CONNECTED",
            "cpu": self.definition.body.get("cpu", "256"),
            "memory": self.definition.body.get("memory", "512"),
            "createdAt": self.created_at,
            "version": self.version,
            "attachments": [self._network()],
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
            "containers": [self._container(one) for one in self.containers],
            "overrides": {"containerOverrides": [{"name": one.name} for one in self.containers]},
            "enableExecuteCommand": False,
            "tags": [],
        }
        times = {"startedAt": self.started_at, "stoppingAt": self.stopping_at, "stoppedAt": self.stopped_at}
        words = {"stopCode": self.stop_code, "stoppedReason": self.stopped_reason}
        return {**told, **{name: one for name, one in {**times, **words}.items() if one is not None}}

    def _health(self) -> str:
        known = {one.health for one in self.checked}
        return "UNHEALTHY" if "UNHEALTHY" in known else "HEALTHY" if known == {"HEALTHY"} else "UNKNOWN"

    def _network(self) -> Json:
        details = [{"name": "privateIPv4Address", "value": self.ip}]
        status = "ATTACHED" if self.running else "DELETED" if self.stopped else "PRECREATED"
        return {"id": self.id[:8], "type": "ElasticNetworkInterface", "status": status, "details": details}

    def _container(self, one: Container) -> Json:
        told: dict[str, Any] = {
            "containerArn": self.definition.region.arn(
                "ecs", f"container/{self.cluster.rpartition('/')[2]}/{self.id}/{one.name}"
            ),
            "taskArn": self.arn,
            "name": one.name,
            "image": one.image,
            "lastStatus": one.status,
            "healthStatus": one.health,
            "networkInterfaces": [{"attachmentId": self.id[:8], "privateIpv4Address": self.ip}],
            "cpu": "0",
        }
        more = {"imageDigest": one.digest, "exitCode": one.exit_code, "reason": one.reason, "runtimeId": None}
        if one.digest is not None:
            more["runtimeId"] = f"{self.id}-{int(self.id[:8], 16):010d}"
        return {**told, **{name: value for name, value in more.items() if value is not None}}


ECR = re.compile(r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^@:]+)(?::(?P<tag>[^@]+))?")


def digest_of(definition: Definition, image: str) -> str | None:
    """What that reference is at this moment; None when its repository does not have it."""
    plain, _, digest = image.partition("@")
    found = ECR.fullmatch(plain)
    repository = None
    if found is not None:
        repository = definition.region.state.region(found["region"]).repositories.get(found["name"])
    if repository is None:
        return digest or f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"
    return repository.digest_of(digest or found["tag"] or "latest") if found is not None else None
