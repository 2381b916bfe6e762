"""The bot's side: the real adapter against the emulator, each a process of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.ecs.account import Aws
from adapters.ecs.adapter import Ecs
from adapters.ecs.config import Config
from bot.model import CloudKeys, HealthCheck
from bot.ports import Place
from bot.redact import Redactor
from tests.ecs.ours import secret
from tests.ecs.real.emulator import REGION
from tests.ecs.real.world import CLUSTER, CONTAINER, REPOSITORY, Service
from tests.ecs.town import TARGET

KEYS = CloudKeys(secret("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), secret("AWS_SECRET_ACCESS_KEY", "secret"), None)


def section(service: Service) -> Config:
    return Config(
        region=REGION,
        cluster=CLUSTER,
        service=service.name,
        container=CONTAINER,
        repository=REPOSITORY,
        endpoint=service.world.emulator.endpoint,
    )


@asynccontextmanager
async def bot(service: Service) -> AsyncIterator[Ecs]:
    account = Aws(KEYS, Redactor().hide, now=time.time)
    health = HealthCheck(f"{service.url}/health", start_within=20, interval=0.2)
    try:
        yield Ecs.of(Place(TARGET, section(service), health, "main", account=account))
    finally:
        await account.close()
