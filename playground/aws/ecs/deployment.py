"""A deployment of a service: one task definition on its way in, in place, or on its way out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.aws.ecs.definition import Definition
from playground.aws.errors import Json
from playground.aws.state import number

IN_PROGRESS, COMPLETED, FAILED = "IN_PROGRESS", "COMPLETED", "FAILED"
PRIMARY, ACTIVE = "PRIMARY", "ACTIVE"
LEAST, MOST = 3, 200


def threshold(desired: int) -> int:
    """Of the circuit breaker: half the desired tasks rounded up, within 3 and 200.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    return min(MOST, max(LEAST, -(-desired // 2)))


@dataclass(eq=False)
class Deployment:
    definition: Definition
    desired: int
    created_at: float
    network: Mapping[str, Any]
    revision: str = field(default_factory=number)
    """Of the service: what a service deployment brings in. Not the task definition's number."""
    id: str = field(default_factory=lambda: f"ecs-svc/{number()}")
    status: str = PRIMARY
    rollout: str = IN_PROGRESS
    reason: str = ""
    failed: int = 0
    updated_at: float = 0.0
    rolling_back: bool = False
    """It is ECS's or somebody's way back."""

    def __post_init__(self) -> None:
        self.reason = self.reason or f"ECS deployment {self.id} in progress."
        self.updated_at = self.updated_at or self.created_at

    def shape(self, pending: int, running: int) -> Json:
        return {
            "id": self.id,
            "status": self.status,
            "taskDefinition": self.definition.arn,
            "desiredCount": self.desired,
            "pendingCount": pending,
            "runningCount": running,
            "failedTasks": self.failed,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "launchType": "FARGATE",
            "platformVersion": "1.4.0",
            "platformFamily": "Linux",
            "networkConfiguration": self.network,
            "rolloutState": self.rollout,
            "rolloutStateReason": self.reason,
        }
