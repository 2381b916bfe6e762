"""The bot's side of the local AWS: the one line to it, and a section of the file that lies there."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from adapters.ecs.account import Aws
from adapters.ecs.config import Config
from bot.model import CloudKeys, Secret
from bot.ports import At, Hide, nowhere
from bot.redact import Redactor
from playground.aws import Keys, LocalAws

CLUSTER, SERVICE, CONTAINER, REPOSITORY = "prod-llmops-cluster", "prod-llmops-service", "llmops-app", "prod-llmops-app"


def secret(name: str, value: str) -> Secret:
    made = Secret(name)
    made.fill(value)
    return made


def cloud_keys(keys: Keys) -> CloudKeys:
    """As ``bot.config`` reads them from the environment."""
    token = secret("AWS_SESSION_TOKEN", keys.token) if keys.token else None
    return CloudKeys(secret("AWS_ACCESS_KEY_ID", keys.access_key), secret("AWS_SECRET_ACCESS_KEY", keys.secret), token)


def section(aws: LocalAws, **changes: Any) -> Config:
    plain = {
        "region": "ap-northeast-2",
        "cluster": CLUSTER,
        "service": SERVICE,
        "container": CONTAINER,
        "repository": REPOSITORY,
        "endpoint": aws.endpoint,
    }
    return Config.model_validate({**plain, **changes})


@asynccontextmanager
async def ours(
    aws: LocalAws,
    keys: Keys | None = None,
    *,
    hide: Hide | None = None,
    at: At = nowhere,
    now: Callable[[], float] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Aws]:
    """By the local AWS's clock."""
    made = Aws(
        cloud_keys(keys or aws.keys()),
        hide or Redactor().hide,
        at=at,
        now=now or (lambda: aws.now()),
        clock=clock,
    )
    try:
        yield made
    finally:
        await made.close()
