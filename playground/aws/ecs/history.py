"""The newer view of the same thing: service deployments, which go from one service revision to another."""

import secrets
from dataclasses import dataclass, field

from playground.aws.ecs.deployment import Deployment
from playground.aws.errors import Json

OPEN = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")


@dataclass(eq=False)
class ServiceDeployment:
    """`target` is what it brings in; `back` what took PRIMARY instead, when it was rolled back."""

    service: str
    cluster: str
    """ARNs."""
    target: Deployment
    sources: list[Deployment]
    created_at: float
    configuration: Json
    threshold: int
    status: str = "IN_PROGRESS"
    reason: str | None = None
    finished_at: float | None = None
    stopped_at: float | None = None
    updated_at: float = 0.0
    back: Deployment | None = None
    back_reason: str = ""
    back_at: float = 0.0
    tripped: bool = False
    id: str = field(default_factory=lambda: secrets.token_urlsafe(15))

    def __post_init__(self) -> None:
        self.updated_at = self.created_at

    @property
    def arn(self) -> str:
        return f"{self.service.replace(':service/', ':service-deployment/')}/{self.id}"

    @property
    def open(self) -> bool:
        return self.status in OPEN

    def becomes(self, status: str, now: float, reason: str | None = None) -> None:
        self.status, self.reason, self.updated_at = status, reason, now
        if not self.open:
            self.finished_at = now

    def revision_arn(self, one: Deployment) -> str:
        return f"{self.service.replace(':service/', ':service-revision/')}/{one.revision}"

    def brief(self) -> Json:
        return _told(
            serviceDeploymentArn=self.arn,
            serviceArn=self.service,
            clusterArn=self.cluster,
            createdAt=self.created_at,
            startedAt=self.created_at,
            finishedAt=self.finished_at,
            targetServiceRevisionArn=self.revision_arn(self.target),
            status=self.status,
            statusReason=self.reason,
        )

    def whole(self, counted: dict[str, tuple[int, int]]) -> Json:
        """`counted`: pending and running tasks by the deployment's id."""
        brief = self.brief()
        del brief["targetServiceRevisionArn"]
        enabled = bool(self.configuration.get("deploymentCircuitBreaker", {}).get("enable"))
        watched = "TRIGGERED" if self.tripped else "MONITORING" if self.open else "MONITORING_COMPLETE"
        rollback = None
        if self.back is not None:
            where = self.revision_arn(self.back)
            rollback = {"reason": self.back_reason, "startedAt": self.back_at, "serviceRevisionArn": where}
        return brief | _told(
            stoppedAt=self.stopped_at,
            updatedAt=self.updated_at,
            sourceServiceRevisions=[self._summary(one, counted) for one in self.sources],
            targetServiceRevision=self._summary(self.target, counted),
            deploymentConfiguration=self.configuration,
            rollback=rollback,
            deploymentCircuitBreaker={
                "status": watched if enabled else "DISABLED",
                "failureCount": self.target.failed,
                "threshold": self.threshold,
            },
            alarms={"status": "DISABLED", "alarmNames": [], "triggeredAlarmNames": []},
        )

    def _summary(self, one: Deployment, counted: dict[str, tuple[int, int]]) -> Json:
        pending, running = counted.get(one.id, (0, 0))
        arn = self.revision_arn(one)
        return {
            "arn": arn,
            "requestedTaskCount": one.desired,
            "pendingTaskCount": pending,
            "runningTaskCount": running,
        }


def _told(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
