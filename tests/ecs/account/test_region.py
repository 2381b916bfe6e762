"""The one line to AWS, through an AWS that misbehaves as documented."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable
from typing import Any

import pytest

from adapters.ecs.account import Region
from bot.errors import AdapterError
from playground.aws import LocalAws, Service
from tests.ecs.ours import CLUSTER, REPOSITORY, SERVICE, ours, section

ATTEMPT = "k3v9k3v9-128-1"


async def refused(asked: Awaitable[Any]) -> AdapterError:
    with pytest.raises(AdapterError) as found:
        await asked
    assert found.value.kind == "ecs"
    return found.value


def aws_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("aws-")]


def asked(aws: LocalAws, action: str) -> int:
    return sum(one.action == action for one in aws.requests)


async def update(region: Region, service: Service) -> dict[str, Any]:
    arn = service.deployments[-1].definition.arn
    known = {"cluster": CLUSTER, "service": SERVICE, "taskDefinition": arn}
    return await region.send("start", "ecs", "update_service", attempt=ATTEMPT, wants="service", **known)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("lost_after_effect", "lost"), ("500_after_effect", "lost"), ("503", "lost"), ("garbled", "garbled")],
)
async def test_what_was_sent_is_never_sent_again(
    aws: LocalAws, service: Service, region: Region, fault: str, code: str
) -> None:
    aws.faults.next("UpdateService", fault)
    found = await refused(update(region, service))
    assert (found.code, found.retry, found.facts["call"]) == (code, True, "start")
    assert asked(aws, "UpdateService") == 1


async def test_a_write_that_is_throttled_was_not_done_and_is_not_repeated(
    aws: LocalAws, service: Service, region: Region
) -> None:
    aws.faults.next("UpdateService", "throttled")
    found = await refused(update(region, service))
    assert (found.code, found.retry, found.facts) == ("throttled", True, {"action": "ecs:UpdateService"})
    assert asked(aws, "UpdateService") == 1


async def test_the_named_points_stand_before_and_behind_the_one_request(aws: LocalAws, service: Service) -> None:
    seen: list[tuple[str, int]] = []
    async with ours(aws, at=lambda point: seen.append((point, asked(aws, "UpdateService")))) as made:
        await update(made.region(section(aws)), service)
        aws.faults.next("UpdateService", "lost_after_effect")
        await refused(update(made.region(section(aws)), service))
    first, second = seen[:3], seen[3:]
    assert first == [("ecs.start.before", 0), ("ecs.start.sent", 1), ("ecs.start.answered", 1)]
    assert second == [("ecs.start.before", 1), ("ecs.start.sent", 2)]


@pytest.mark.parametrize("fault", ["lost_before", "500", "503", "throttled"])
async def test_a_read_is_tried_again(aws: LocalAws, region: Region, service: Service, fault: str) -> None:
    aws.faults.next("DescribeServices", fault)
    found = await region.service(CLUSTER, SERVICE)
    assert found is not None
    assert found["serviceName"] == SERVICE
    assert asked(aws, "DescribeServices") == 2


async def test_half_an_answer_is_no_empty_one(aws: LocalAws, region: Region) -> None:
    aws.faults.next("DescribeServices", "garbled")
    found = await refused(region.service(CLUSTER, SERVICE, fresh=True))
    assert (found.code, found.retry) == ("garbled", False)


async def test_half_an_answer_is_none_also_where_nobody_says_what_it_must_hold(aws: LocalAws, region: Region) -> None:
    aws.faults.next("DescribeServices", "garbled")
    found = await refused(region.read("ecs", "describe_services", cluster=CLUSTER, services=[SERVICE]))
    assert found.code == "garbled"


async def test_an_answer_without_what_it_must_hold_is_garbled(aws: LocalAws, region: Region) -> None:
    known = {"cluster": CLUSTER, "services": [SERVICE]}
    found = await refused(region.read("ecs", "describe_services", wants="taskDefinition", **known))
    assert found.code == "garbled"


async def test_a_list_has_all_its_pages_or_is_too_long(aws: LocalAws, region: Region, service: Service) -> None:
    repository = aws.repository(REPOSITORY)
    for n in range(130):
        repository.push(f"build-{n}")
    known = {"repositoryName": REPOSITORY, "maxResults": 50}
    assert len(await region.pages("ecr", "describe_images", "imageDetails", **known)) == 131
    assert asked(aws, "DescribeImages") == 3
    found = await refused(region.pages("ecr", "describe_images", "imageDetails", limit=130, **known))
    assert (found.code, found.facts["limit"]) == ("too_many", 130)


@pytest.mark.parametrize(
    ("service_name", "operation", "params", "code", "facts"),
    [
        ("ecs", "describe_services", {"cluster": "nowhere", "services": ["x"]}, "not_found", {"what": "cluster"}),
        ("ecr", "describe_repositories", {"repositoryNames": ["no"]}, "not_found", {"what": "repository"}),
        ("ecs", "describe_services", {"cluster": CLUSTER, "services": 7}, "refused", {"reason": "ParamValidation"}),
    ],
)
async def test_what_aws_refuses_has_our_code(
    region: Region, service_name: str, operation: str, params: dict[str, Any], code: str, facts: dict[str, str]
) -> None:
    found = await refused(region.read(service_name, operation, **params))
    assert (found.code, found.retry) == (code, False)
    assert facts.items() <= found.facts.items()


async def test_what_iam_does_not_allow_is_named(aws: LocalAws, service: Service) -> None:
    async with ours(aws, aws.keys(allowed={"ecs:DescribeServices"})) as made:
        found = await refused(update(made.region(section(aws)), service))
    assert (found.code, found.retry, found.facts["action"]) == ("forbidden", False, "ecs:UpdateService")


async def test_keys_that_aws_does_not_know_are_no_reason_to_ask_again(aws: LocalAws, service: Service) -> None:
    keys = aws.keys()
    keys.secret = "b" * 40
    async with ours(aws, keys) as made:
        keys.secret = "c" * 40
        found = await refused(made.region(section(aws)).service(CLUSTER, SERVICE))
    assert (found.code, found.retry) == ("unauthorized", False)
    assert len(aws.requests) == 1


async def test_another_account_than_the_file_says_is_refused_before_anything_is_asked(
    aws: LocalAws, service: Service
) -> None:
    async with ours(aws) as made:
        wrong = made.region(section(aws), "210987654321")
        found = await refused(update(wrong, service))
        assert (found.code, found.facts) == ("wrong_account", {"expected": "210987654321", "found": "123456789012"})
        await made.region(section(aws), "123456789012").service(CLUSTER, SERVICE)
    assert [one.action for one in aws.requests] == ["GetCallerIdentity", "GetCallerIdentity", "DescribeServices"]


async def test_the_time_of_one_request_is_bounded(aws: LocalAws, region: Region, service: Service) -> None:
    aws.faults.next("DescribeServices", "slow:30")
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await region.service(CLUSTER, SERVICE)
    assert time.monotonic() - began < 8
    assert await region.service(CLUSTER, SERVICE, fresh=True)


async def test_nobody_waits_for_a_long_poll_when_the_process_ends(aws: LocalAws) -> None:
    queue = aws.queue("slipway-events")
    async with ours(aws) as made:
        region = made.region(section(aws))
        known = {"QueueUrl": f"{aws.endpoint}/123456789012/slipway-events", "WaitTimeSeconds": 20}
        held = asyncio.create_task(region.listen("sqs", "receive_message", **known))
        async with asyncio.timeout(5):
            while "aws-listen" not in aws_threads():
                await asyncio.sleep(0)
        held.cancel()
        began = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await held
    assert time.monotonic() - began < 10
    assert not queue.messages


async def test_threads_are_few_named_and_gone_at_the_end(aws: LocalAws, service: Service) -> None:
    async with ours(aws) as made:
        region = made.region(section(aws))
        reads = (region.read("ecs", "describe_clusters", clusters=[CLUSTER]) for _ in range(30))
        work = asyncio.gather(*reads, update(region, service))
        most = 0
        while not work.done():
            most = max(most, len(aws_threads()))
            await asyncio.sleep(0.001)
        assert 1 < most <= 8
        await work
    assert not aws_threads()


async def test_every_request_is_counted_by_its_action_and_its_fault(aws: LocalAws, service: Service) -> None:
    async with ours(aws) as made:
        region = made.region(section(aws))
        aws.faults.next("DescribeServices", "throttled")
        await region.service(CLUSTER, SERVICE)
        await update(region, service)
        assert made.asked == {"ecs:DescribeServices": 2, "ecs:UpdateService": 1}
        assert made.faults == {"throttled": 1}


async def test_how_long_rollouts_take_is_asked_once_where_nobody_has_seen_one(
    aws: LocalAws, service: Service, region: Region
) -> None:
    assert await region.service(CLUSTER, SERVICE)
    assert asked(aws, "ListServiceDeployments") == 0
    aws.faults.next("ListServiceDeployments", "500")
    await update_anew(region, service)
    for _ in range(3):
        assert await region.service(CLUSTER, SERVICE, fresh=True)
    assert asked(aws, "ListServiceDeployments") == 1


async def update_anew(region: Region, service: Service) -> None:
    """A rollout of the same revision."""
    known = {"cluster": CLUSTER, "service": SERVICE, "forceNewDeployment": True}
    await region.send("start", "ecs", "update_service", attempt=ATTEMPT, wants="service", **known)
    assert service.deployments[0].rollout == "IN_PROGRESS"
