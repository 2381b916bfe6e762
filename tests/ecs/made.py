"""Task definitions, services and tasks as AWS tells them, for the pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.ecs.answers import Registered, Service, Task
from adapters.ecs.look import Look

NEW, OLD = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
REGISTRY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/prod-llmops-app"
FAMILY = "arn:aws:ecs:ap-northeast-2:123456789012:task-definition/llmops"
OURS, BASE, THIRD = f"{FAMILY}:58", f"{FAMILY}:57", f"{FAMILY}:59"
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CONTAINER = "llmops-app"


def definition(**changes: Any) -> dict[str, Any]:
    """As DescribeTaskDefinition answers: with ECS's own fields, and a second container."""
    plain = {
        "taskDefinitionArn": BASE,
        "family": "llmops",
        "revision": 57,
        "status": "ACTIVE",
        "networkMode": "awsvpc",
        "containerDefinitions": [
            {
                "name": CONTAINER,
                "image": f"{REGISTRY}:{'b' * 40}",
                "cpu": 0,
                "environment": [{"name": "MODEL_ID", "value": "org/small-1"}, {"name": "PORT", "value": "8000"}],
                "secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:ap-northeast-2:1:secret:db"}],
            },
            {"name": "router", "image": "public.ecr.aws/envoy:v1", "cpu": 0, "environment": []},
        ],
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "512",
        "memory": "1024",
        "volumes": [],
        "placementConstraints": [],
        "executionRoleArn": "arn:aws:iam::123456789012:role/ecs-execution",
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "compatibilities": ["EC2", "FARGATE"],
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.ecr-auth"}],
        "registeredAt": AT,
        "registeredBy": "arn:aws:iam::123456789012:user/minsu",
    }
    return {**plain, **changes}


def with_environment(**variables: str) -> dict[str, Any]:
    """One container with these variables."""
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    return definition(containerDefinitions=[{"name": CONTAINER, "image": "app:1", "environment": environment}])


def deployment(revision: str, rollout: str | None = "COMPLETED", **changes: Any) -> dict[str, Any]:
    """PRIMARY and steady with two tasks, unless changed."""
    plain = {
        "id": f"ecs-svc/{revision.rpartition(':')[2]}",
        "status": "PRIMARY",
        "taskDefinition": revision,
        "desiredCount": 2,
        "runningCount": 2,
        "pendingCount": 0,
        "failedTasks": 0,
        "createdAt": AT,
        "updatedAt": AT,
        "rolloutState": rollout,
        "rolloutStateReason": "",
    }
    return {**plain, **changes}


def service(*deployments: dict[str, Any], events: Sequence[str] = (), **changes: Any) -> Service:
    plain = {
        "serviceArn": "arn:aws:ecs:ap-northeast-2:123456789012:service/prod-llmops-cluster/prod-llmops-service",
        "serviceName": "prod-llmops-service",
        "clusterArn": "arn:aws:ecs:ap-northeast-2:123456789012:cluster/prod-llmops-cluster",
        "status": "ACTIVE",
        "desiredCount": 2,
        "taskDefinition": deployments[0]["taskDefinition"],
        "deployments": list(deployments),
        "events": [{"message": message, "createdAt": AT} for message in events],
    }
    return Service.model_validate({**plain, **changes})


def task(revision: str = OURS, digest: str | None = NEW, n: int = 1, **changes: Any) -> Task:
    plain = {
        "taskArn": f"arn:aws:ecs:ap-northeast-2:123456789012:task/prod-llmops-cluster/{revision[-2:]}{n:030d}",
        "taskDefinitionArn": revision,
        "lastStatus": "RUNNING",
        "containers": [{"name": CONTAINER, "imageDigest": digest, "lastStatus": "RUNNING"}, {"name": "router"}],
    }
    return Task.model_validate({**plain, **changes})


def dead(reason: str, code: int | None = None, said: str = "", n: int = 9) -> Task:
    """A task of ours that stopped."""
    one = {"name": CONTAINER, "exitCode": code, "reason": said}
    return task(n=n, lastStatus="STOPPED", stoppedReason=reason, stoppedAt=AT, containers=[one])


def target(state: str = "healthy", n: int = 1, description: str = "") -> Registered:
    health = {"State": state, "Description": description}
    return Registered.model_validate({"Target": {"Id": f"10.0.0.{n}", "Port": 8000}, "TargetHealth": health})


def look(seen: Service, **changes: Any) -> Look:
    """Two tasks of ours with the new image, 100 seconds after the update."""
    plain: dict[str, Any] = {
        "revision": OURS,
        "deployment": "ecs-svc/58",
        "replaced": "llmops:57",
        "wanted": NEW,
        "digests": {NEW},
        "container": CONTAINER,
        "began": AT.timestamp() - 100,
        "now": AT.timestamp(),
        "tasks": (task(n=1), task(n=2)),
    }
    return Look(seen, **{**plain, **changes})
