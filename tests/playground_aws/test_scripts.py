"""A scripted service moves by itself, by the imitation's clock."""

from __future__ import annotations

import pytest

from playground.aws import LocalAws, Service

from .conftest import Client, ship


class Clock:
    def __init__(self, aws: LocalAws) -> None:
        self.at = 1_900_000_000.0
        aws.now = lambda: self.at


async def test_a_good_rollout_takes_a_step_each_pace(aws: LocalAws, ask: Client, service: Service, image: str) -> None:
    clock = Clock(aws)
    service.script, service.pace = "good", 2.0
    await ship(ask, service, image)
    seen = []
    for _ in range(6):
        clock.at += 2.0
        one = (await ask.service())["deployments"][0]
        seen.append((one["pendingCount"], one["runningCount"], one["rolloutState"]))
    assert seen[:2] == [(2, 0, "IN_PROGRESS"), (0, 2, "IN_PROGRESS")]
    assert seen[-1] == (0, 2, "COMPLETED")
    assert service.current.finished_at == clock.at


@pytest.mark.parametrize(
    ("script", "reason", "exit_code"),
    [
        ("image_missing", "CannotPullContainerError", None),
        ("tasks_crash", "Essential container in task exited", 1),
        ("unhealthy", "Task failed ELB health checks", 137),
    ],
)
async def test_a_bad_rollout_is_rolled_back_and_the_old_revision_runs_on(
    aws: LocalAws, ask: Client, service: Service, image: str, script: str, reason: str, exit_code: int | None
) -> None:
    clock = Clock(aws)
    service.script, service.pace = script, 1.0
    await ship(ask, service, image)
    clock.at += 60
    assert await ask.deployments() == [("PRIMARY", "COMPLETED", 1)]
    assert service.current.status == "ROLLBACK_SUCCESSFUL"
    failed = [one for one in service.stopped_tasks if reason in (one.stopped_reason or "")]
    assert len(failed) == 3
    assert {one.containers[0].exit_code for one in failed} == {exit_code}


async def test_an_image_that_is_gone_may_stall_the_rollout(
    aws: LocalAws, ask: Client, service: Service, image: str
) -> None:
    clock = Clock(aws)
    service.script = "image_stalls"
    await ship(ask, service, image)
    clock.at += 3000
    told = (await ask.service())["deployments"][0]
    assert (told["rolloutState"], told["failedTasks"]) == ("IN_PROGRESS", 2)


async def test_a_rollout_that_hangs_stays_where_it_is(aws: LocalAws, ask: Client, service: Service, image: str) -> None:
    clock = Clock(aws)
    service.script = "hangs"
    await ship(ask, service, image)
    clock.at += 3000
    told = (await ask.service())["deployments"][0]
    assert (told["rolloutState"], told["pendingCount"], told["runningCount"]) == ("IN_PROGRESS", 2, 0)


async def test_every_event_of_a_rollout_is_told_to_the_bus(
    aws: LocalAws, ask: Client, service: Service, image: str
) -> None:
    await ship(ask, service, image)
    service.complete()
    told = [one for one in aws.told if one["detail-type"] == "ECS Deployment State Change"]
    ours = [one["detail"]["eventName"] for one in told if one["detail"]["deploymentId"] == service.primary.id]
    assert ours == ["SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED"]
    assert told[-1]["resources"] == [service.arn]
    assert any(one["detail"].get("eventName") == "SERVICE_STEADY_STATE" for one in aws.told)
    tasks = [one for one in aws.told if one["detail-type"] == "ECS Task State Change"]
    assert tasks[-1]["detail"]["lastStatus"] == "STOPPED"


async def test_what_a_crashing_task_says_stands_in_its_log(
    aws: LocalAws, ask: Client, service: Service, image: str
) -> None:
    clock = Clock(aws)
    service.script = "tasks_crash"
    await ship(ask, service, image)
    clock.at += 60
    await ask.service()
    task = next(one for one in service.stopped_tasks if one.stop_code == "EssentialContainerExited")
    where = {"logGroupName": "/ecs/llmops", "logStreamName": f"ecs/app/{task.id}"}
    got = await ask("logs", "get_log_events", **where, limit=10)
    assert "model file not found" in got["events"][0]["message"]
    gone = await ask.refused("logs", "get_log_events", **{**where, "logStreamName": "ecs/app/none"})
    assert gone == ("ResourceNotFoundException", "The specified log stream does not exist.")
