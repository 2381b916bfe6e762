"""Task definitions: numbered for ever, refused where they cannot run."""

from __future__ import annotations

from typing import Any

import pytest

from playground.aws import LocalAws, Service

from .conftest import Client


async def register(ask: Client, service: Service, **changes: Any) -> dict[str, Any]:
    body = {**service.primary.definition.body, **changes}
    got = await ask("ecs", "register_task_definition", family="llmops", **body)
    found: dict[str, Any] = got["taskDefinition"]
    return found


async def test_the_same_content_is_registered_twice_as_two_revisions(ask: Client, service: Service) -> None:
    assert [(await register(ask, service))["revision"] for _ in range(2)] == [2, 3]
    got = await ask("ecs", "list_task_definitions", familyPrefix="llmops", sort="DESC", maxResults=2)
    assert [one.rpartition(":")[2] for one in got["taskDefinitionArns"]] == ["3", "2"]


async def test_a_deregistered_revision_is_described_but_no_longer_listed(ask: Client, service: Service) -> None:
    arn = (await register(ask, service))["taskDefinitionArn"]
    await ask("ecs", "deregister_task_definition", taskDefinition=arn)
    got = await ask("ecs", "describe_task_definition", taskDefinition=arn)
    assert got["taskDefinition"]["status"] == "INACTIVE"
    assert (await ask("ecs", "list_task_definitions", familyPrefix="llmops"))["taskDefinitionArns"] == [
        service.primary.definition.arn
    ]
    assert (await register(ask, service))["revision"] == 3
    told = await ask.refused("ecs", "describe_task_definition", taskDefinition="llmops:9")
    assert told == ("ClientException", "Unable to describe task definition.")


async def test_tags_are_told_only_to_who_asks(ask: Client, service: Service) -> None:
    tags = [{"key": "slipway:attempt", "value": "abcd2345-7-1"}]
    await register(ask, service, tags=tags)
    got = await ask("ecs", "describe_task_definition", taskDefinition="llmops:2", include=["TAGS"])
    assert got["tags"] == tags
    assert "tags" not in await ask("ecs", "describe_task_definition", taskDefinition="llmops:2")


async def test_the_lists_may_not_have_it_yet(aws: LocalAws, ask: Client, service: Service) -> None:
    at = 1_900_000_000.0
    aws.now = lambda: at
    aws.faults.next("RegisterTaskDefinition", "late:3")
    await register(ask, service)
    assert len((await ask("ecs", "list_task_definitions", familyPrefix="llmops"))["taskDefinitionArns"]) == 1
    assert await ask("ecs", "describe_task_definition", taskDefinition="llmops:2")
    at += 3
    assert len((await ask("ecs", "list_task_definitions", familyPrefix="llmops"))["taskDefinitionArns"]) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"containerDefinitions": []}, "Container list cannot be empty."),
        ({"containerDefinitions": [{"name": "app"}]}, "Container.image should not be null or empty."),
        ({"networkMode": "bridge"}, "Fargate only supports network mode ‘awsvpc’."),
        (
            {"requiresCompatibilities": ["EC2"], "memory": ""},
            "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
        ),
        ({"cpu": "300"}, "No Fargate configuration exists for given values."),
        ({"taskRoleArn": "llmops-task"}, "Role is not valid"),
    ],
)
async def test_what_cannot_run_is_not_registered(
    ask: Client, service: Service, changes: dict[str, Any], said: str
) -> None:
    body = {**service.primary.definition.body, **changes}
    assert await ask.refused("ecs", "register_task_definition", family="llmops", **body) == ("ClientException", said)
    assert len(service.revisions) == 1


async def test_aws_keeps_its_own_tag_prefix(ask: Client, service: Service) -> None:
    body = {**service.primary.definition.body, "tags": [{"key": "aws:x", "value": "1"}]}
    code, _ = await ask.refused("ecs", "register_task_definition", family="llmops", **body)
    assert code == "InvalidParameterException"
