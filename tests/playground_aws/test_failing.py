"""How a rollout of ECS fails: the circuit breaker, the way back, and the lack of one."""

from __future__ import annotations

import pytest

from playground.aws import LocalAws, Service
from playground.aws.ecs.deployment import threshold

from .conftest import PROD, Client, ship


@pytest.mark.parametrize(("desired", "failures"), [(1, 3), (2, 3), (6, 3), (7, 4), (25, 13), (400, 200), (800, 200)])
def test_the_breaker_trips_at_half_the_desired_tasks_within_3_and_200(desired: int, failures: int) -> None:
    assert threshold(desired) == failures


async def test_the_breaker_rolls_back_with_a_new_deployment_that_takes_primary(
    ask: Client, service: Service, image: str
) -> None:
    first = service.primary.id
    await ship(ask, service, image)
    ours = service.primary.id
    service.fail()
    service.fail()
    assert await ask.deployments() == [("PRIMARY", "IN_PROGRESS", 2), ("ACTIVE", "COMPLETED", 1)]
    service.fail()
    back, left = (await ask.service())["deployments"]
    assert (back["status"], back["rolloutState"], left["status"], left["rolloutState"]) == (
        "PRIMARY",
        "IN_PROGRESS",
        "ACTIVE",
        "FAILED",
    )
    assert back["id"] not in (first, ours)
    assert back["rolloutStateReason"] == f"ECS deployment circuit breaker: rolling back to deploymentId {first}."
    assert (left["id"], left["failedTasks"], left["desiredCount"]) == (ours, 3, 0)
    assert left["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."


async def test_a_service_that_was_rolled_back_is_steady_on_the_old_revision(
    ask: Client, service: Service, image: str
) -> None:
    await ship(ask, service, image)
    ours = service.primary.id
    for _ in range(3):
        service.fail()
    service.complete()
    assert await ask.deployments() == [("PRIMARY", "COMPLETED", 1)]
    told = await ask.service()
    assert (told["runningCount"], told["pendingCount"]) == (2, 0)
    messages = [one["message"] for one in told["events"]]
    assert messages[0] == "(service llmops) has reached a steady state."
    assert f"(service llmops) (deployment {ours}) deployment failed: tasks failed to start." in messages


async def test_the_breakers_word_may_come_late(ask: Client, service: Service, image: str) -> None:
    """Seen on AWS: PRIMARY already goes back while what it gave up is still called in progress."""
    service.hesitant = True
    await ship(ask, service, image)
    for _ in range(3):
        service.fail()
    back, left = (await ask.service())["deployments"]
    assert "rolling back to deploymentId" in back["rolloutStateReason"]
    assert (left["status"], left["rolloutState"]) == ("ACTIVE", "IN_PROGRESS")
    service.drain()
    assert (await ask.deployments())[1] == ("DRAINING", "FAILED", 2)
    service.complete()
    assert await ask.deployments() == [("PRIMARY", "COMPLETED", 1)]


async def test_the_history_calls_it_rolled_back(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    for _ in range(3):
        service.fail()
    listed = (await ask("ecs", "list_service_deployments", **PROD))["serviceDeployments"]
    assert [one["status"] for one in listed] == ["ROLLBACK_IN_PROGRESS", "SUCCESSFUL"]
    arn = listed[0]["serviceDeploymentArn"]
    service.complete()
    got = await ask("ecs", "describe_service_deployments", serviceDeploymentArns=[arn])
    found = got["serviceDeployments"][0]
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"] == {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    assert found["rollback"]["serviceRevisionArn"] == listed[1]["targetServiceRevisionArn"]


async def test_with_nothing_to_fall_back_to_the_deployment_stalls(
    aws: LocalAws, ask: Client, service: Service, image: str
) -> None:
    fresh = aws.cluster("prod").service("new", image=image, completed=False)
    for _ in range(5):
        fresh.fail()
    got = await ask("ecs", "describe_services", cluster="prod", services=["new"])
    (only,) = got["services"][0]["deployments"]
    assert (only["status"], only["rolloutState"], only["failedTasks"]) == ("PRIMARY", "FAILED", 5)


async def test_without_rollback_it_fails_and_the_old_tasks_run_on(ask: Client, service: Service, image: str) -> None:
    service.configuration["deploymentCircuitBreaker"]["rollback"] = False
    await ship(ask, service, image)
    for _ in range(3):
        service.fail()
    assert await ask.deployments() == [("PRIMARY", "FAILED", 2), ("ACTIVE", "COMPLETED", 1)]
    assert (await ask.service())["runningCount"] == 2


async def test_without_a_breaker_tasks_may_fail_for_ever(ask: Client, service: Service, image: str) -> None:
    service.configuration["deploymentCircuitBreaker"]["enable"] = False
    await ship(ask, service, image)
    for _ in range(20):
        service.fail()
    assert (await ask.deployments())[0] == ("PRIMARY", "IN_PROGRESS", 2)


async def test_a_rollback_that_fails_goes_nowhere_further(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    for _ in range(6):
        service.fail()
    assert (await ask.deployments())[0] == ("PRIMARY", "FAILED", 1)
    assert service.current.status == "ROLLBACK_FAILED"


async def test_a_healthy_task_begins_the_count_anew(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    service.fail()
    service.fail()
    service.place(1)
    service.run()
    service.healthy()
    service.fail()
    assert (await ask.service())["deployments"][0]["failedTasks"] == 1
    assert service.primary.rollout == "IN_PROGRESS"


async def test_stopping_a_deployment_rolls_it_back_once(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    arn = (await ask.service())["currentServiceDeployment"]
    assert (await ask("ecs", "stop_service_deployment", serviceDeploymentArn=arn))["serviceDeploymentArn"] == arn
    assert await ask.deployments() == [("PRIMARY", "IN_PROGRESS", 1), ("ACTIVE", "FAILED", 2)]
    code, _ = await ask.refused("ecs", "stop_service_deployment", serviceDeploymentArn=arn)
    assert code == "ConflictException"
    code, _ = await ask.refused("ecs", "stop_service_deployment", serviceDeploymentArn=f"{arn}x")
    assert code == "ServiceDeploymentNotFoundException"


async def test_nothing_to_go_back_to_cannot_be_stopped_by_going_back(aws: LocalAws, ask: Client, image: str) -> None:
    fresh = aws.cluster("prod").service("new", image=image, completed=False)
    code, _ = await ask.refused("ecs", "stop_service_deployment", serviceDeploymentArn=fresh.current.arn)
    assert code == "InvalidParameterException"
