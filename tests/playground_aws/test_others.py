"""Images and their platforms, logs page by page, and a queue."""

from __future__ import annotations

import json
from dataclasses import replace

import aiohttp
import pytest

from playground.aws import LocalAws, Queue, Repository, Service

from .conftest import Client

OCI = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"]


async def test_a_tag_becomes_a_digest_until_it_moves(ask: Client, repository: Repository) -> None:
    async def digest(tag: str) -> str:
        got = await ask("ecr", "describe_images", repositoryName=repository.name, imageIds=[{"imageTag": tag}])
        return str(got["imageDetails"][0]["imageDigest"])

    first = await digest("v1")
    second = repository.push("v2")
    repository.move("v1", second)
    assert await digest("v1") == second != first
    told = await ask.refused("ecr", "describe_images", repositoryName=repository.name, imageIds=[{"imageTag": "v9"}])
    assert told[0] == "ImageNotFoundException"
    assert (await ask.refused("ecr", "list_images", repositoryName="nothing"))[0] == "RepositoryNotFoundException"
    got = await ask("ecr", "list_images", repositoryName=repository.name, filter={"tagStatus": "UNTAGGED"})
    assert got["imageIds"] == [{"imageDigest": first}]


@pytest.mark.parametrize("index", [False, True])
async def test_an_image_tells_its_platform(ask: Client, repository: Repository, index: bool) -> None:
    digest = repository.push("arm", arch="ARM64", index=index)
    wanted = [{"imageDigest": digest}, {"imageTag": "none"}]
    got = await ask("ecr", "batch_get_image", repositoryName=repository.name, imageIds=wanted, acceptedMediaTypes=OCI)
    assert got["failures"][0]["failureCode"] == "ImageNotFound"
    manifest = json.loads(got["images"][0]["imageManifest"])
    if index:
        assert manifest["manifests"][0]["platform"] == {"architecture": "arm64", "os": "linux"}
        return
    layer = {"repositoryName": repository.name, "layerDigest": manifest["config"]["digest"]}
    address = (await ask("ecr", "get_download_url_for_layer", **layer))["downloadUrl"]
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert json.loads(await answer.read())["architecture"] == "arm64"
    assert (await ask.refused("ecr", "get_download_url_for_layer", **{**layer, "layerDigest": digest}))[0] == (
        "LayersNotFoundException"
    )


async def test_a_log_is_read_from_either_end(aws: LocalAws, ask: Client, service: Service) -> None:
    task = service.tasks[0]
    for number in range(5):
        service.said(task, f"line {number}")
    where = {"logGroupName": "/ecs/llmops", "logStreamName": f"ecs/app/{task.id}"}
    got = await ask("logs", "get_log_events", **where, limit=2)
    assert [one["message"] for one in got["events"]] == ["line 3", "line 4"]
    older = await ask("logs", "get_log_events", **where, limit=2, nextToken=got["nextBackwardToken"])
    assert [one["message"] for one in older["events"]] == ["line 1", "line 2"]
    got = await ask("logs", "filter_log_events", logGroupName="/ecs/llmops", filterPattern='"line 2"')
    assert [one["message"] for one in got["events"]] == ["line 2"]
    got = await ask("logs", "describe_log_streams", logGroupName="/ecs/llmops", logStreamNamePrefix="ecs/app")
    assert [one["logStreamName"] for one in got["logStreams"]] == [where["logStreamName"]]
    assert (await ask.refused("logs", "describe_log_streams", logGroupName="/none"))[0] == "ResourceNotFoundException"


@pytest.fixture
def queue(aws: LocalAws) -> Queue:
    return aws.queue("slipway", receives=2)


async def test_a_message_comes_back_until_it_is_deleted(aws: LocalAws, ask: Client, queue: Queue) -> None:
    at = 1_900_000_000.0
    aws.now = lambda: at
    queue.put("one")
    received = {"QueueUrl": queue.url, "MessageSystemAttributeNames": ["All"]}
    first = (await ask("sqs", "receive_message", **received))["Messages"][0]
    assert (queue.waiting, queue.in_flight) == ([], ["one"])
    assert "Messages" not in await ask("sqs", "receive_message", **received)
    at += 31
    second = (await ask("sqs", "receive_message", **received))["Messages"][0]
    assert second["Attributes"]["ApproximateReceiveCount"] == "2"
    await ask("sqs", "delete_message", QueueUrl=queue.url, ReceiptHandle=first["ReceiptHandle"])
    assert queue.deleted == []
    await ask("sqs", "delete_message", QueueUrl=queue.url, ReceiptHandle=second["ReceiptHandle"])
    assert queue.deleted == ["one"]


async def test_a_message_that_nobody_deletes_ends_with_the_dead(aws: LocalAws, ask: Client, queue: Queue) -> None:
    at = 1_900_000_000.0
    aws.now = lambda: at
    queue.put("one")
    for _ in range(3):
        await ask("sqs", "receive_message", QueueUrl=queue.url)
        at += 31
    assert (queue.dead, queue.messages) == (["one"], [])
    got = await ask("sqs", "get_queue_attributes", QueueUrl=queue.url, AttributeNames=["RedrivePolicy"])
    assert json.loads(got["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 2


async def test_of_a_batch_one_entry_may_fail(aws: LocalAws, ask: Client, queue: Queue) -> None:
    queue.put("one")
    queue.put({"two": 2})
    got = await ask("sqs", "receive_message", QueueUrl=queue.url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    entries = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(got["Messages"])]
    aws.faults.next("DeleteMessageBatch", "entry_failed")
    told = await ask("sqs", "delete_message_batch", QueueUrl=queue.url, Entries=entries)
    assert ([one["Id"] for one in told["Successful"]], [one["Id"] for one in told["Failed"]]) == (["1"], ["0"])
    assert queue.deleted == ['{"two": 2}']


async def test_ecs_tells_a_queue_that_follows_it(aws: LocalAws, ask: Client, service: Service) -> None:
    queue = aws.queue("events", follows=True)
    service.fail()
    url = (await ask("sqs", "get_queue_url", QueueName="events"))["QueueUrl"]
    got = await ask("sqs", "receive_message", QueueUrl=url)
    assert json.loads(got["Messages"][0]["Body"])["source"] == "aws.ecs"
    code, _ = await ask.refused("sqs", "get_queue_url", QueueName="none")
    assert code == "AWS.SimpleQueueService.NonExistentQueue"
    assert len(queue.in_flight) == 1


async def test_a_request_that_fits_no_model_would_be_found(aws: LocalAws, ask: Client) -> None:
    """The check that every other test here ends with sees what it is for."""
    from .described import problems

    await ask.service()
    good = aws.requests[-1]
    assert problems([good]) == []
    assert problems([replace(good, params={"cluster": "prod"})]) == ["ecs.DescribeServices: sent.services: missing"]
    assert problems([replace(good, got={"service": []})]) == ["ecs.DescribeServices: got.service: unknown"]
    assert problems([replace(good, code="ServiceNotFound")]) == ["ecs.DescribeServices: never answers ServiceNotFound"]
    wrong = {"services": [{"deployments": [{"rolloutState": "DONE", "createdAt": "now"}]}]}
    assert len(problems([replace(good, got=wrong)])) == 2
