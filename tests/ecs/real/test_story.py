"""A stock bot deploys real containers: what people read in Discord is what the containers do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground.host.net import get
from tests.ecs.real.emulator import REGION
from tests.ecs.real.world import CLUSTER, CONTAINER, REPOSITORY, Service
from tests.life.config_file import Options
from tests.life.house import House, inhabited

pytestmark = [pytest.mark.needs("docker"), pytest.mark.needs("ministack")]

SERVICES = """
[services.llmops]
title = "LLMOps"
chain = ["prod"]
[services.llmops.policy]
deploy = ["deployer"]
[services.llmops.watch]
every = "1h"
[services.llmops.health]
url = "{url}/health"
start_within = "10s"
interval = "0s"
tries = 2
[services.llmops.env.prod]
adapter = "ecs"
timeout = "1m"
[services.llmops.env.prod.ecs]
region = "{region}"
cluster = "{cluster}"
service = "{service}"
container = "{container}"
repository = "{repository}"
endpoint = "{endpoint}"
"""


@asynccontextmanager
async def house(folder: Path, service: Service) -> AsyncIterator[House]:
    """Its bot deploys to this service."""
    table = SERVICES.format(
        url=service.url,
        region=REGION,
        cluster=CLUSTER,
        service=service.name,
        container=CONTAINER,
        repository=REPOSITORY,
        endpoint=service.world.emulator.endpoint,
    )
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "emulated-secret"}
    async with inhabited(folder, {"app": Options()}, more=table, **keys) as made:
        yield made.of("llmops")


async def test_a_good_image_is_deployed_and_a_crashing_one_is_told_as_rolled_back_by_ecs(
    tmp_path: Path, service: Service
) -> None:
    async with house(tmp_path, service) as ours:
        await ours.deploy("jieun", "prod", "v2")
        await ours.card("Deployed · llmops · prod · v2")
        assert await get(f"{service.url}/version") == (200, "v2")

        await ours.deploy("jieun", "prod", "v3")
        card = await ours.card("Deploy failed · llmops · prod · v3")
        assert "version v3 cannot read its settings" in card.text
        assert "Rolled back by ECS to" in card.text
        assert "Now: v2 still runs" in card.text
        assert await get(f"{service.url}/version") == (200, "v2")
