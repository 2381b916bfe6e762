"""Events of ECS as the documentation shows them, and as nobody should send them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import ServiceHint
from bot.webhooks.events import read
from tests.webhooks.signing import EVENT

WHERE = "arn:aws:ecs:ap-northeast-2:123456789012"
HINT = ServiceHint("123456789012", "ap-northeast-2", "prod-cluster", "prod-service")


def event(kind: str, resources: object = (), **detail: object) -> dict[str, Any]:
    return {**EVENT, "detail-type": kind, "resources": resources, "detail": detail}


def test_a_deployment_names_its_service_by_the_resource() -> None:
    found = read(EVENT)
    assert (found.id, found.name, found.hint) == (EVENT["id"], "deployment", HINT)


def test_a_service_action_names_its_service_by_the_resource() -> None:
    found = read(event("ECS Service Action", [f"{WHERE}:service/prod-cluster/prod-service"]))
    assert (found.name, found.hint) == ("service", HINT)


def test_a_service_without_its_cluster_in_the_name_is_known_by_the_cluster_beside() -> None:
    old = [f"{WHERE}:service/prod-service"]
    beside = read(event("ECS Service Action", old, clusterArn=f"{WHERE}:cluster/prod-cluster"))
    assert beside.hint == HINT
    assert read(event("ECS Service Action", old)).hint is None


def test_a_task_names_its_service_by_its_group() -> None:
    about = {"clusterArn": f"{WHERE}:cluster/prod-cluster", "group": "service:prod-service", "lastStatus": "STOPPED"}
    found = read(event("ECS Task State Change", [f"{WHERE}:task/prod-cluster/0f"], **about))
    assert (found.name, found.hint) == ("task", HINT)
    assert read(event("ECS Task State Change", **{**about, "group": "family:job"})).hint is None


def test_another_event_of_ecs_is_one_that_nobody_waits_for() -> None:
    found = read(event("ECS Container Instance State Change", [f"{WHERE}:container-instance/prod-cluster/0f"]))
    assert (found.name, found.hint) == ("other", None)


@pytest.mark.parametrize(
    "resources",
    [
        None,
        [],
        "arn",
        [7],
        [None],
        [f"{WHERE}:service/a/b/c"],
        [f"{WHERE}:service/prod-cluster/"],
        [f"{WHERE}:service/prod-cluster/prod-service\n"],
        ["arn:aws:ecs:ap-northeast-2:12:service/a/b"],
        ["arn:aws:s3:ap-northeast-2:123456789012:service/a/b"],
    ],
)
def test_a_resource_that_is_no_service_names_nobody(resources: object) -> None:
    assert read(event("ECS Deployment State Change", resources)).hint is None


@pytest.mark.parametrize(
    "found",
    [
        *(None, 7, "text", [], [EVENT], {}),
        {**EVENT, "source": "aws.ec2"},
        {**EVENT, "source": ["aws.ecs"]},
        {**EVENT, "id": None},
        {**EVENT, "id": "a b"},
        {**EVENT, "id": "x" * 65},
        {**EVENT, "detail": None},
    ],
)
def test_what_is_no_event_of_ecs_is_told_apart_from_one_that_nobody_waits_for(found: object) -> None:
    with pytest.raises(ValueError, match=r"event"):
        read(found)


def test_a_detail_type_that_is_no_text_is_none_that_anybody_waits_for() -> None:
    assert read({**EVENT, "detail-type": ["ECS Service Action"]}).hint is None
