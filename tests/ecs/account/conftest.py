"""The imitation of AWS with one service in it, and our line to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.ecs.account import Region
from playground.aws import LocalAws, Service
from tests.ecs.ours import CLUSTER, CONTAINER, REPOSITORY, SERVICE, ours, section


@pytest.fixture
async def aws() -> AsyncIterator[LocalAws]:
    async with LocalAws() as made:
        yield made


@pytest.fixture
def service(aws: LocalAws) -> Service:
    repository = aws.repository(REPOSITORY)
    image = repository.image(repository.push("v1"))
    return aws.cluster(CLUSTER).service(SERVICE, containers=[CONTAINER], image=image)


@pytest.fixture
async def region(aws: LocalAws, service: Service) -> AsyncIterator[Region]:
    async with ours(aws) as made:
        yield made.region(section(aws))
