"""The imitation of AWS and moto refuse the same wrong calls with the same codes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from playground.aws import LocalAws
from playground.host.net import free_ports
from tests.capabilities import EMULATORS
from tests.ecs.real.emulator import ACCOUNT, REGION, listens
from tests.ecs.real.process import Server

pytestmark = pytest.mark.needs("moto")

CLUSTER, SERVICE, REPOSITORY = "prod", "llmops", "prod-llmops-app"
DIGEST = f"sha256:{'0' * 64}"
TARGETS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/nope/1234567890123456"
DEFINITION: dict[str, Any] = {
    "family": SERVICE,
    "containerDefinitions": [{"name": "app", "image": "example/app:1", "memory": 64}],
}
WRONG: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("ecs", "describe_services", {"cluster": "nope", "services": [SERVICE]}, "ClusterNotFoundException"),
    ("ecs", "update_service", {"cluster": "nope", "service": SERVICE}, "ClusterNotFoundException"),
    ("ecs", "update_service", {"cluster": CLUSTER, "service": "nope"}, "ServiceNotFoundException"),
    (
        "ecs",
        "update_service",
        {"cluster": CLUSTER, "service": SERVICE, "taskDefinition": f"{SERVICE}:999"},
        "ClientException",
    ),
    ("ecs", "describe_task_definition", {"taskDefinition": f"{SERVICE}:999"}, "ClientException"),
    ("ecs", "describe_task_definition", {"taskDefinition": "nope"}, "ClientException"),
    (
        "ecs",
        "register_task_definition",
        {"family": SERVICE, "containerDefinitions": [{"name": "app", "memory": 64}]},
        "ClientException",
    ),
    (
        "ecs",
        "register_task_definition",
        {"family": SERVICE, "containerDefinitions": [{"name": "app", "image": "example/app:1"}]},
        "ClientException",
    ),
    ("ecs", "list_tasks", {"cluster": "nope", "serviceName": SERVICE}, "ClusterNotFoundException"),
    ("ecs", "describe_tasks", {"cluster": "nope", "tasks": ["a" * 32]}, "ClusterNotFoundException"),
    ("ecs", "describe_tasks", {"cluster": CLUSTER, "tasks": []}, "InvalidParameterException"),
    ("ecr", "describe_images", {"repositoryName": "nope"}, "RepositoryNotFoundException"),
    (
        "ecr",
        "describe_images",
        {"repositoryName": REPOSITORY, "imageIds": [{"imageTag": "nope"}]},
        "ImageNotFoundException",
    ),
    (
        "ecr",
        "describe_images",
        {"repositoryName": REPOSITORY, "imageIds": [{"imageDigest": DIGEST}]},
        "ImageNotFoundException",
    ),
    ("ecr", "describe_repositories", {"repositoryNames": ["nope"]}, "RepositoryNotFoundException"),
    (
        "ecr",
        "batch_get_image",
        {"repositoryName": "nope", "imageIds": [{"imageTag": "v1"}]},
        "RepositoryNotFoundException",
    ),
    ("elbv2", "describe_target_health", {"TargetGroupArn": TARGETS}, "TargetGroupNotFound"),
    ("logs", "get_log_events", {"logGroupName": "nope", "logStreamName": "x"}, "ResourceNotFoundException"),
    (
        "sqs",
        "receive_message",
        {"QueueUrl": "{endpoint}/123456789012/nope"},
        "AWS.SimpleQueueService.NonExistentQueue",
    ),
)
# Answered, and what is missing is named inside the answer.
MISSING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ecs", "describe_services", {"cluster": CLUSTER, "services": ["nope"]}),
    ("ecs", "describe_clusters", {"clusters": ["nope"]}),
    ("ecr", "batch_get_image", {"repositoryName": REPOSITORY, "imageIds": [{"imageTag": "nope"}]}),
)


class Asking:
    """Plain boto3 against one endpoint."""

    def __init__(self, endpoint: str, key: str = ACCOUNT, secret: str = "secret") -> None:
        self.endpoint, self.key, self.secret = endpoint, key, secret
        self.clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id=self.key,
                aws_secret_access_key=self.secret,
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self.clients[service]

    def code(self, service: str, operation: str, params: dict[str, Any]) -> str:
        """Empty where the call is answered."""
        filled = {
            name: value.format(endpoint=self.endpoint) if isinstance(value, str) else value
            for name, value in params.items()
        }
        try:
            getattr(self.client(service), operation)(**filled)
        except ClientError as refused:
            return str(refused.response["Error"]["Code"])
        return ""

    def failures(self, service: str, operation: str, params: dict[str, Any]) -> list[str]:
        answer = getattr(self.client(service), operation)(**params)
        return [str(one.get("reason") or one.get("failureCode")) for one in answer["failures"]]


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    (port,) = free_ports(1)
    server = Server(
        "moto",
        [str(EMULATORS), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        tmp_path_factory.mktemp("moto"),
        {"MOTO_ACCOUNT_ID": ACCOUNT},
    )
    try:
        server.until(lambda: listens(port))
        asking = Asking(f"http://127.0.0.1:{port}")
        ecs = asking.client("ecs")
        ecs.create_cluster(clusterName=CLUSTER)
        ecs.register_task_definition(**DEFINITION)
        ecs.create_service(cluster=CLUSTER, serviceName=SERVICE, taskDefinition=SERVICE, desiredCount=0)
        asking.client("ecr").create_repository(repositoryName=REPOSITORY)
        yield asking
    finally:
        server.stop()


async def test_a_wrong_call_is_refused_with_the_same_code_by_both(moto: Asking) -> None:
    async with LocalAws() as aws:
        images = aws.repository(REPOSITORY)
        images.push("v1")
        aws.cluster(CLUSTER).service(SERVICE, containers=["app"], image=images.image("v1"))
        keys = aws.keys()
        ours = Asking(aws.endpoint, keys.access_key, keys.secret)
        for service, operation, params, code in WRONG:
            asked = (service, operation, params)
            said = [await asyncio.to_thread(each.code, *asked) for each in (moto, ours)]
            assert said == [code, code], asked
        for asked in MISSING:
            one, other = [await asyncio.to_thread(each.failures, *asked) for each in (moto, ours)]
            assert one == other != [], asked
