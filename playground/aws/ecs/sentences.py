"""What a service's events and a stopped task say, as ECS words it."""

from collections.abc import Sequence

CRASHED = "Essential container in task exited"
IMPAIRED = (
    "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the"
    " Amazon ECS Developer Guide."
)
STEADY = "has reached a steady state."
TRIPPED = "ECS deployment circuit breaker: tasks failed to start."


def tasks(ids: Sequence[str]) -> str:
    return " ".join(f"(task {one})" for one in ids)


def started(ids: Sequence[str]) -> str:
    return f"has started {len(ids)} tasks: {tasks(ids)}."


def stopped(ids: Sequence[str]) -> str:
    return f"has stopped {len(ids)} running tasks: {tasks(ids)}."


def registered(count: int, group: str) -> str:
    return f"registered {count} targets in (target-group {group})"


def deregistered(count: int, group: str) -> str:
    return f"deregistered {count} targets in (target-group {group})"


def draining(count: int) -> str:
    return f"has begun draining connections on {count} tasks."


def unhealthy(port: int, task: str, group: str, reason: str) -> str:
    return f"(task {task}) (port {port}) is unhealthy in (target-group {group}) due to (reason {reason})."


def completed(deployment: str) -> str:
    return f"(deployment {deployment}) deployment completed."


def failed(deployment: str) -> str:
    return f"(deployment {deployment}) deployment failed: tasks failed to start."


def going_back(deployment: str) -> str:
    return f"rolling back to deployment {deployment}."


def scaled_by(deployment: str) -> str:
    return f"Scaling activity initiated by (deployment {deployment})"


def cannot_pull(image: str) -> str:
    return (
        "CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref"
        f" {image}: {image}: not found"
    )


def unplaced(reason: str) -> str:
    return f"was unable to place a task. Reason: {reason}. For more information, see the Troubleshooting section."


def elb(group: str) -> str:
    return f"Task failed ELB health checks in (target-group {group})"
