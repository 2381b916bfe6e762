"""Tasks tell why they stopped, for an hour."""

from __future__ import annotations

from typing import Any

from playground.aws import LocalAws, Repository, Service

from .conftest import PROD, Client, ship


async def stopped(ask: Client) -> list[dict[str, Any]]:
    """Oldest first."""
    where = {"cluster": "prod"}
    arns = (await ask("ecs", "list_tasks", **where, serviceName="llmops", desiredStatus="STOPPED"))["taskArns"]
    return list((await ask("ecs", "describe_tasks", **where, tasks=arns))["tasks"]) if arns else []


async def test_a_crash_names_the_exit_code(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    service.place()
    service.run()
    service.fail(exit_code=137, detail="OutOfMemoryError: Container killed due to memory usage")
    (task,) = await stopped(ask)
    assert (task["lastStatus"], task["desiredStatus"]) == ("STOPPED", "STOPPED")
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    app, envoy = task["containers"]
    assert (app["exitCode"], app["reason"]) == (137, "OutOfMemoryError: Container killed due to memory usage")
    assert (envoy["exitCode"], "reason" in envoy) == (0, False)


async def test_an_image_that_is_gone_cannot_be_pulled(
    ask: Client, service: Service, repository: Repository, image: str
) -> None:
    await ship(ask, service, image)
    repository.delete(image.rpartition("@")[2])
    service.place(1)
    service.run()
    (task,) = await stopped(ask)
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError")
    assert image in task["containers"][0]["reason"]
    assert "exitCode" not in task["containers"][0]
    assert "imageDigest" not in task["containers"][0]
    assert service.primary.failed == 1
    assert "was unable to place a task. Reason: CannotPullContainerError" in service.events[0]


async def test_a_task_that_fails_its_checks_is_stopped_by_the_scheduler(
    ask: Client, service: Service, image: str
) -> None:
    await ship(ask, service, image)
    service.place()
    service.run()
    service.unhealthy()
    assert service.group is not None
    service.fail(f"Task failed ELB health checks in (target-group {service.group.arn})", 143)
    (task,) = await stopped(ask)
    assert task["stopCode"] == "ServiceSchedulerInitiated"
    assert any("is unhealthy in" in one["message"] for one in (await ask.service())["events"])


async def test_tasks_of_the_old_revision_are_stopped_by_the_new_deployment(
    ask: Client, service: Service, image: str
) -> None:
    await ship(ask, service, image)
    ours = service.primary.id
    service.complete()
    reasons = {one["stoppedReason"] for one in await stopped(ask)}
    assert reasons == {f"Scaling activity initiated by (deployment {ours})"}


async def test_running_tasks_name_their_digest_and_their_deployment(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    service.complete()
    arns = (await ask("ecs", "list_tasks", cluster="prod", serviceName="llmops"))["taskArns"]
    tasks = (await ask("ecs", "describe_tasks", cluster="prod", tasks=[*arns, f"{arns[0]}0"]))["tasks"]
    assert {one["startedBy"] for one in tasks} == {service.primary.id}
    assert {one["containers"][0]["imageDigest"] for one in tasks} == {image.rpartition("@")[2]}
    assert {one["healthStatus"] for one in tasks} == {"UNKNOWN"}


async def test_a_container_is_healthy_only_where_it_has_a_check_of_its_own(
    ask: Client, service: Service, image: str
) -> None:
    body = service.primary.definition.with_image(image)
    body["containerDefinitions"][0]["healthCheck"] = {"command": ["CMD-SHELL", "curl -f localhost:8000"]}
    arn = (await ask("ecs", "register_task_definition", family="llmops", **body))["taskDefinition"]["taskDefinitionArn"]
    await ask("ecs", "update_service", **PROD, taskDefinition=arn)
    service.complete()
    arns = [one.arn for one in service.tasks]
    (task, _) = (await ask("ecs", "describe_tasks", cluster="prod", tasks=arns))["tasks"]
    assert (task["healthStatus"], [one["healthStatus"] for one in task["containers"]]) == (
        "HEALTHY",
        ["HEALTHY", "UNKNOWN"],
    )


async def test_a_task_that_drains_is_listed_among_the_stopped_before_it_has_stopped(
    ask: Client, service: Service, image: str
) -> None:
    await ship(ask, service, image)
    service.place()
    service.run()
    service.healthy()
    service.drain()
    old = await stopped(ask)
    assert {(one["lastStatus"], one["desiredStatus"]) for one in old} == {("DEACTIVATING", "STOPPED")}
    assert all("stoppedAt" not in one and "exitCode" not in one["containers"][0] for one in old)
    assert service.group is not None
    got = await ask("elbv2", "describe_target_health", TargetGroupArn=service.group.arn)
    states = sorted(one["TargetHealth"]["State"] for one in got["TargetHealthDescriptions"])
    assert states == ["draining", "draining", "healthy", "healthy"]
    assert (await ask.service())["deployments"][1]["runningCount"] == 0
    service.complete()
    assert {(one["lastStatus"], one["containers"][0]["exitCode"]) for one in await stopped(ask)} == {("STOPPED", 143)}


async def test_a_tag_that_moves_changes_what_the_next_task_runs(
    ask: Client, service: Service, repository: Repository
) -> None:
    before = repository.digest_of("v1")
    repository.push("v1")
    await ship(ask, service, repository.image("v1"))
    service.complete()
    assert service.tasks[0].containers[0].digest == repository.digest_of("v1") != before


async def test_a_stopped_task_is_forgotten_after_an_hour(aws: LocalAws, ask: Client, service: Service) -> None:
    at = 1_900_000_000.0
    aws.now = lambda: at
    service.fail()
    assert len(await stopped(ask)) == 1
    at += 3601
    assert await stopped(ask) == []


async def test_lists_come_in_pages(ask: Client, service: Service) -> None:
    where = {"cluster": "prod", "serviceName": "llmops", "maxResults": 1}
    first = await ask("ecs", "list_tasks", **where)
    second = await ask("ecs", "list_tasks", **where, nextToken=first["nextToken"])
    assert sorted(first["taskArns"] + second["taskArns"]) == sorted(one.arn for one in service.tasks)
    assert "nextToken" not in second
