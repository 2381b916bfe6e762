"""What AWS's answers must look like before they are believed; only what is used is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import AdapterError

Text = Annotated[str, Field(max_length=4000)]
Count = Annotated[int, Field(ge=0)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Deployment(Answer):
    """One of a service. ``rollout``: IN_PROGRESS, COMPLETED, FAILED; None behind a Classic Load Balancer."""

    id: Text
    status: Text
    revision: Text = Field(alias="taskDefinition")
    desired: Count = Field(default=0, alias="desiredCount")
    running: Count = Field(default=0, alias="runningCount")
    pending: Count = Field(default=0, alias="pendingCount")
    failed: Count = Field(default=0, alias="failedTasks")
    rollout: Text | None = Field(default=None, alias="rolloutState")
    reason: Text = Field(default="", alias="rolloutStateReason")
    created: datetime | None = Field(default=None, alias="createdAt")
    updated: datetime | None = Field(default=None, alias="updatedAt")

    @property
    def steady(self) -> bool:
        """As many run as this very answer says that there should be."""
        return self.desired > 0 and self.running == self.desired and self.pending == 0


class Balanced(Answer):
    group: Text | None = Field(default=None, alias="targetGroupArn")


class Event(Answer):
    message: Text = ""
    at: datetime | None = Field(default=None, alias="createdAt")


class Breaker(Answer):
    enable: bool = False
    rollback: bool = False


class Rules(Answer):
    breaker: Breaker | None = Field(default=None, alias="deploymentCircuitBreaker")
    most: int = Field(default=200, alias="maximumPercent")
    least: int = Field(default=100, alias="minimumHealthyPercent")
    strategy: Text = "ROLLING"


class Controller(Answer):
    type: Text = "ECS"


class Provider(Answer):
    name: Text = Field(alias="capacityProvider")


class Service(Answer):
    arn: Text = Field(alias="serviceArn")
    name: Text = Field(alias="serviceName")
    cluster: Text = Field(alias="clusterArn")
    status: Text
    desired: Count = Field(default=0, alias="desiredCount")
    revision: Text = Field(alias="taskDefinition")
    deployments: tuple[Deployment, ...] = ()
    events: tuple[Event, ...] = ()
    balanced: tuple[Balanced, ...] = Field(default=(), alias="loadBalancers")
    rules: Rules = Field(default=Rules(), alias="deploymentConfiguration")
    controller: Controller = Field(default=Controller(), alias="deploymentController")
    providers: tuple[Provider, ...] = Field(default=(), alias="capacityProviderStrategy")

    @property
    def primary(self) -> Deployment | None:
        return next((one for one in self.deployments if one.status == "PRIMARY"), None)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.group for one in self.balanced if one.group))


class Container(Answer):
    name: Text
    digest: Text | None = Field(default=None, alias="imageDigest")
    status: Text = Field(default="", alias="lastStatus")
    exit_code: int | None = Field(default=None, alias="exitCode")
    reason: Text = ""


class Task(Answer):
    """``code`` and ``reason``: why it stopped."""

    arn: Text = Field(alias="taskArn")
    revision: Text = Field(alias="taskDefinitionArn")
    status: Text = Field(alias="lastStatus")
    by: Text = Field(default="", alias="startedBy")
    code: Text = Field(default="", alias="stopCode")
    reason: Text = Field(default="", alias="stoppedReason")
    started: datetime | None = Field(default=None, alias="startedAt")
    stopped: datetime | None = Field(default=None, alias="stoppedAt")
    containers: tuple[Container, ...] = ()

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    def digest(self, container: str) -> str | None:
        return next((one.digest for one in self.containers if one.name == container), None)


class Health(Answer):
    state: Text = Field(alias="State")
    reason: Text = Field(default="", alias="Reason")
    description: Text = Field(default="", alias="Description")


class Described(Answer):
    id: Text = Field(alias="Id")


class Registered(Answer):
    """A target of a target group."""

    target: Described = Field(alias="Target")
    health: Health = Field(alias="TargetHealth")


class Image(Answer):
    digest: Digest = Field(alias="imageDigest")
    tags: tuple[Text, ...] = Field(default=(), alias="imageTags")
    pushed: datetime | None = Field(default=None, alias="imagePushedAt")


T = TypeVar("T", bound=Answer)


def read(kind: type[T], raw: Any, call: str) -> T:
    """Raises AdapterError("garbled") for anything else."""
    try:
        return kind.model_validate(raw)
    except ValidationError:
        raise AdapterError("ecs", "garbled", retry=True, call=call) from None


def read_all(kind: type[T], raw: Any, call: str) -> list[T]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise AdapterError("ecs", "garbled", retry=True, call=call)
    return [read(kind, one, call) for one in raw]
