"""ECS's operations."""

from playground.aws.ecs.api import definitions, deployments, services, tasks

OPERATIONS = definitions.OPERATIONS | services.OPERATIONS | tasks.OPERATIONS | deployments.OPERATIONS
