"""Task definitions, services and tasks as AWS tells them, for the pure rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

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
