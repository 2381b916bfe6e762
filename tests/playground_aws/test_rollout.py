"""How a rollout of ECS goes well, and what is refused before it begins."""

from __future__ import annotations

from playground.aws import LocalAws, Repository, Service

from .conftest import PROD, REGION, Client, ship


async def test_a_rollout_shows_each_of_its_steps(ask: Client, service: Service, image: str) -> None:
    arn = await ship(ask, service, image)
    ours = service.primary.id

    async def counts() -> list[tuple[int, int, int]]:
        found = (await ask.service())["deployments"]
        return [(one["desiredCount"], one["pendingCount"], one["runningCount"]) for one in found]

    assert await counts() == [(2, 0, 0), (2, 0, 2)]
    service.place()
    assert await counts() == [(2, 2, 0), (2, 0, 2)]
    service.run(1)
    assert await counts() == [(2, 1, 1), (2, 0, 2)]
    service.run()
    service.healthy()
    service.drain(1)
    assert await counts() == [(2, 0, 2), (1, 0, 1)]
    assert await ask.deployments() == [("PRIMARY", "IN_PROGRESS", 2), ("ACTIVE", "COMPLETED", 1)]
    service.complete()
    told = await ask.service()
    assert (told["taskDefinition"], told["deployments"][0]["id"]) == (arn, ours)
    assert await ask.deployments() == [("PRIMARY", "COMPLETED", 2)]
    assert "currentServiceDeployment" not in told


async def test_events_are_told_newest_first_and_at_most_a_hundred(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    service.complete()
    messages = [one["message"] for one in (await ask.service())["events"]]
    assert messages[0] == "(service llmops) has reached a steady state."
    assert messages[1].endswith("deployment completed.")
    assert "has begun draining connections on 2 tasks." in " ".join(messages)
    for _ in range(150):
        service.says("has reached a steady state.")
    assert len((await ask.service())["events"]) == 100


async def test_the_target_group_follows(ask: Client, service: Service, image: str) -> None:
    async def states() -> list[str]:
        assert service.group is not None
        got = await ask("elbv2", "describe_target_health", TargetGroupArn=service.group.arn)
        return [one["TargetHealth"]["State"] for one in got["TargetHealthDescriptions"]]

    assert await states() == ["healthy", "healthy"]
    await ship(ask, service, image)
    service.place()
    service.run()
    assert await states() == ["healthy", "healthy", "initial", "initial"]
    service.unhealthy()
    assert await states() == ["healthy", "healthy", "unhealthy", "unhealthy"]
    service.complete()
    assert await states() == ["healthy", "healthy"]
    code, _ = await ask.refused("elbv2", "describe_target_health", TargetGroupArn=f"{service.arn}x")
    assert code == "TargetGroupNotFound"


async def test_the_same_definition_again_changes_nothing_unless_by_force(
    ask: Client, service: Service, image: str
) -> None:
    arn = await ship(ask, service, image)
    ours = service.primary.id
    await ask("ecs", "update_service", **PROD, taskDefinition=arn)
    assert service.primary.id == ours
    await ask("ecs", "update_service", **PROD, desiredCount=3)
    assert (service.primary.id, service.primary.desired) == (ours, 3)
    await ask("ecs", "update_service", **PROD, taskDefinition=arn, forceNewDeployment=True)
    assert service.primary.id != ours


async def test_a_service_of_another_controller_shows_no_deployments(ask: Client, service: Service) -> None:
    service.controller = "CODE_DEPLOY"
    told = await ask.service()
    assert (told["deploymentController"]["type"], told["deployments"]) == ("CODE_DEPLOY", [])
    code, message = await ask.refused("ecs", "update_service", **PROD, taskDefinition="llmops:1")
    assert (code, "CODE_DEPLOY" in message) == ("InvalidParameterException", True)


async def test_somebody_else_takes_primary(ask: Client, service: Service, image: str) -> None:
    await ship(ask, service, image)
    service.superseded_by(image)
    assert await ask.deployments() == [
        ("PRIMARY", "IN_PROGRESS", 3),
        ("ACTIVE", "IN_PROGRESS", 2),
        ("ACTIVE", "COMPLETED", 1),
    ]
    listed = (await ask("ecs", "list_service_deployments", **PROD))["serviceDeployments"]
    assert [one["status"] for one in listed] == ["IN_PROGRESS", "STOPPED", "SUCCESSFUL"]


async def test_a_service_revision_names_its_task_definition(ask: Client, service: Service, image: str) -> None:
    arn = await ship(ask, service, image)
    listed = (await ask("ecs", "list_service_deployments", **PROD, status=["IN_PROGRESS"]))["serviceDeployments"]
    wanted = [listed[0]["targetServiceRevisionArn"], f"{listed[0]['targetServiceRevisionArn']}0"]
    got = await ask("ecs", "describe_service_revisions", serviceRevisionArns=wanted)
    assert got["serviceRevisions"][0]["taskDefinition"] == arn
    assert got["failures"] == [{"arn": wanted[1], "reason": "MISSING"}]


async def test_what_was_updated_is_seen_a_moment_later(
    aws: LocalAws, ask: Client, service: Service, image: str
) -> None:
    at = 1_900_000_000.0
    aws.now = lambda: at
    aws.faults.next("UpdateService", "late:5")
    await ship(ask, service, image)
    assert await ask.deployments() == [("PRIMARY", "COMPLETED", 1)]
    at += 5
    assert (await ask.deployments())[0] == ("PRIMARY", "IN_PROGRESS", 2)


async def test_what_cannot_be_updated_is_refused_in_aws_words(
    ask: Client, service: Service, repository: Repository
) -> None:
    async def update(**params: object) -> tuple[str, str]:
        return await ask.refused("ecs", "update_service", **{**PROD, "taskDefinition": "llmops:1", **params})

    assert await update(cluster="nowhere") == ("ClusterNotFoundException", "Cluster not found.")
    assert await update(service="nothing") == ("ServiceNotFoundException", "Service not found.")
    assert await update(taskDefinition="llmops:9") == ("ClientException", "TaskDefinition not found.")
    other = service.revise(repository.image("v1"), by="somebody")
    other.deregister()
    assert await update(taskDefinition=other.arn) == ("ClientException", "TaskDefinition is inactive")
    other = service.revise(repository.image("v1"), by="somebody")
    other.containers[0]["name"] = "web"
    code, message = await update(taskDefinition=other.arn)
    assert (code, message) == ("InvalidParameterException", "The container app does not exist in the task definition.")
    service.status = "INACTIVE"
    assert await update() == ("ServiceNotActiveException", "Service was not ACTIVE.")
    elsewhere = ask.as_(ask.keys, "us-east-1")
    assert (await elsewhere.refused("ecs", "update_service", **PROD))[0] == "ClusterNotFoundException"


async def test_ten_services_are_described_at_once_and_missing_ones_are_no_error(ask: Client, service: Service) -> None:
    got = await ask("ecs", "describe_services", cluster="prod", services=["llmops", service.arn, "nothing"])
    assert len(got["services"]) == 2
    where = f"arn:aws:ecs:{REGION}:123456789012:service/prod/nothing"
    assert got["failures"] == [{"arn": where, "reason": "MISSING"}]
    code, _ = await ask.refused("ecs", "describe_services", cluster="prod", services=["llmops"] * 11)
    assert code == "InvalidParameterException"
    got = await ask("ecs", "describe_clusters", clusters=["prod", "nowhere"])
    assert (got["clusters"][0]["status"], got["failures"][0]["reason"]) == ("ACTIVE", "MISSING")
