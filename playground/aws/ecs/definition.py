"""Task definitions: families of numbered revisions that never change, but may be deregistered."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.aws.errors import Json, client
from playground.aws.state import Region

ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"
TAKEN = frozenset(
    [
        "family",
        "taskRoleArn",
        "executionRoleArn",
        "networkMode",
        "containerDefinitions",
        "volumes",
        "placementConstraints",
        "requiresCompatibilities",
        "cpu",
        "memory",
        "tags",
        "pidMode",
        "ipcMode",
        "proxyConfiguration",
        "inferenceAccelerators",
        "ephemeralStorage",
        "runtimePlatform",
        "enableFaultInjection",
        "trustedExecutionConfiguration",
    ]
)
"""The fields that RegisterTaskDefinition takes."""


@dataclass(eq=False)
class Definition:
    """One revision."""

    region: Region = field(repr=False)
    family: str
    revision: int
    body: Mapping[str, Any]
    """The fields that were registered, without family and tags."""
    tags: list[Mapping[str, str]]
    registered_at: float
    registered_by: str
    status: str = ACTIVE
    deregistered_at: float | None = None
    visible_at: float = 0.0
    """The lists have it from then on."""
    containers: Sequence[Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.containers = self.body["containerDefinitions"]

    @property
    def arn(self) -> str:
        return self.region.arn("ecs", f"task-definition/{self.family}:{self.revision}")

    def image(self, container: str | None = None) -> str:
        """Of that container, or of the first one."""
        found = next((one for one in self.containers if container in (None, one["name"])), None)
        if found is None:
            raise KeyError(container)
        text: str = found["image"]
        return text

    def tag(self, key: str) -> str | None:
        return next((one["value"] for one in self.tags if one["key"] == key), None)

    def deregister(self) -> None:
        self.status, self.deregistered_at = INACTIVE, self.region.state.now()

    def with_image(self, image: str, container: str | None = None) -> Json:
        """What somebody registers who changes the image only."""
        body = copy.deepcopy(dict(self.body))
        for one in body["containerDefinitions"]:
            if container in (None, one["name"]):
                one["image"] = image
                break
        return body

    def shape(self) -> Json:
        told: Json = {
            "taskDefinitionArn": self.arn,
            "family": self.family,
            "revision": self.revision,
            "status": self.status,
            "volumes": [],
            "placementConstraints": [],
            "compatibilities": ["EC2", "FARGATE"],
            "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.docker-remote-api.1.18"}],
            "registeredAt": self.registered_at,
            "registeredBy": self.registered_by,
            **copy.deepcopy(dict(self.body)),
        }
        if self.deregistered_at is not None:
            told["deregisteredAt"] = self.deregistered_at
        return told


def register(
    region: Region,
    family: str,
    body: Mapping[str, Any],
    *,
    tags: Sequence[Mapping[str, str]] = (),
    by: str,
    late: float = 0,
) -> Definition:
    """The next revision of the family. Numbers are never used twice, whatever was deregistered."""
    known = region.families.setdefault(family, [])
    now = region.state.now()
    kept = {name: copy.deepcopy(value) for name, value in body.items() if name in TAKEN - {"family", "tags"}}
    kept["containerDefinitions"] = [_filled(one) for one in kept["containerDefinitions"]]
    made = Definition(region, family, len(known) + 1, kept, list(tags), now, by, visible_at=now + late)
    known.append(made)
    return made


def _filled(container: Mapping[str, Any]) -> Json:
    """With the empty fields that ECS adds to every container."""
    empty: Json = {"cpu": 0, "portMappings": [], "essential": True, "environment": [], "mountPoints": []}
    return {**empty, "volumesFrom": [], "systemControls": [], **container}


def find(region: Region, name: str, *, missing: str = "TaskDefinition not found.") -> Definition:
    """By ARN, `family:revision`, or `family` for its newest ACTIVE one. Raises ClientException."""
    prefix = region.arn("ecs", "task-definition/")
    if name.startswith("arn:") and not name.startswith(prefix):
        raise client(missing)
    family, _, revision = name.removeprefix(prefix).partition(":")
    known = region.families.get(family, [])
    if revision:
        found = next((one for one in known if str(one.revision) == revision), None)
    else:
        found = next((one for one in reversed(known) if one.status == ACTIVE), None)
    if found is None:
        raise client(missing)
    return found
