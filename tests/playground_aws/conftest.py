"""A local AWS with one service, asked through boto3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from playground.aws import Keys, LocalAws, Repository, Service
from tests.playground_aws.described import problems

ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
REGION = "ap-northeast-2"
PROD = {"cluster": "prod", "service": "llmops"}
SESSION = botocore.session.Session()
"""Shared, so that its models are read once."""


class Client:
    """Asks once, as whoever holds the keys, in one region."""

    def __init__(self, aws: LocalAws, keys: Keys, region: str = REGION) -> None:
        self.aws, self.keys, self.region = aws, keys, region
        self._clients: dict[str, Any] = {}

    async def __call__(self, service: str, operation: str, /, **params: Any) -> dict[str, Any]:
        if service not in self._clients:
            self._clients[service] = SESSION.create_client(
                service,
                self.region,
                endpoint_url=self.aws.endpoint,
                config=ONCE,
                aws_access_key_id=self.keys.access_key,
                aws_secret_access_key=self.keys.secret,
                aws_session_token=self.keys.token,
            )
        return dict(await asyncio.to_thread(partial(getattr(self._clients[service], operation), **params)))

    def as_(self, keys: Keys, region: str = REGION) -> Client:
        return Client(self.aws, keys, region)

    async def refused(self, service: str, operation: str, /, **params: Any) -> tuple[str, str]:
        """The code and the sentence."""
        with pytest.raises(ClientError) as error:
            await self(service, operation, **params)
        told = error.value.response["Error"]
        return str(told["Code"]), str(told["Message"])

    async def service(self) -> dict[str, Any]:
        """As it is described."""
        got = await self("ecs", "describe_services", cluster="prod", services=["llmops"])
        found: dict[str, Any] = got["services"][0]
        return found

    async def deployments(self) -> list[tuple[str, str, int]]:
        """Status, rollout and revision, as they are described."""
        found = (await self.service())["deployments"]
        return [(one["status"], one["rolloutState"], int(one["taskDefinition"].rpartition(":")[2])) for one in found]


@pytest.fixture
async def aws() -> AsyncIterator[LocalAws]:
    """Whatever a test does with it: each request and each answer fits botocore's models."""
    async with LocalAws() as made:
        yield made
        assert problems(made.requests) == []


@pytest.fixture
def repository(aws: LocalAws) -> Repository:
    made = aws.repository("prod-llmops-app")
    made.push("v1")
    return made


@pytest.fixture
def service(aws: LocalAws, repository: Repository) -> Service:
    return aws.cluster("prod").service("llmops", containers=["app", "envoy"], image=repository.image("v1"))


@pytest.fixture
def ask(aws: LocalAws, service: Service) -> Client:
    return Client(aws, aws.keys())


@pytest.fixture
def image(repository: Repository) -> str:
    """The next version."""
    return repository.image(repository.push("v2"))


async def ship(ask: Client, service: Service, image: str) -> str:
    """Registers a revision with that image and updates the service to it; its ARN."""
    body = service.primary.definition.with_image(image)
    got = await ask("ecs", "register_task_definition", family="llmops", **body)
    arn: str = got["taskDefinition"]["taskDefinitionArn"]
    await ask("ecs", "update_service", **PROD, taskDefinition=arn)
    return arn
