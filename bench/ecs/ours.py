"""Slipway, a stock bot process: a person orders in Discord, and its card says the verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ecs.cloud import CONTAINER, REPOSITORY, Cloud
from bench.ecs.others import Told
from bench.team import Team, team
from playground.aws import Keys, Service

POLLING, HINTS = WAYS = ("Slipway, polling", "Slipway, hints")
GREEN, RED = "Deployed", "Deploy failed"
QUEUE = """
[aws.queues.{name}]
url = "{url}"
region = "{region}"
"""
TARGET = """
[services.{name}]
chain = ["prod"]
[services.{name}.policy]
deploy = ["deployer"]
auto_rollback = false
[services.{name}.watch]
every = "1h"
[services.{name}.health]
url = "{health}/{name}/health"
[services.{name}.env.prod]
adapter = "ecs"
timeout = "10m"
[services.{name}.env.prod.ecs]
region = "{region}"
cluster = "{cluster}"
service = "{name}"
container = "{container}"
repository = "{repository}"
endpoint = "{endpoint}"
"""


@dataclass
class Ours:
    """A bot with its own keys, by which its requests are told apart."""

    cloud: Cloud
    bots: Team
    keys: Keys

    async def deploy(self, service: Service, *, good: bool) -> Told:
        """From the press on Confirm until the card says the verdict; the plan's requests are counted apart."""
        tag = self.cloud.push()
        begun = len(self.cloud.aws.requests)
        jieun = self.bots.discord.person("jieun")
        plan = await jieun.command("deploy", service=service.name, env="prod", version=tag, deadline=60)
        planned, since = self.cloud.asked(self.keys, begun).total(), len(self.cloud.aws.requests)
        rolling = asyncio.create_task(self.cloud.roll(service, good=good))
        await jieun.click(plan, "Deploy to prod")
        said = await self.bots.discord.until(lambda: self._verdict(service.name, tag), deadline=180)
        at = time.monotonic()
        await rolling
        asked = self.cloud.asked(self.keys, since)
        return Told(said == GREEN, at - self.cloud.stable[service.name], asked, planned)

    def _verdict(self, name: str, tag: str) -> str | None:
        card = self._card(name, tag)
        return next((word for word in (GREEN, RED) if word in card), None)

    def _card(self, name: str, tag: str) -> str:
        cards = [one.text for one in self.bots.discord.messages("deploys") if f"{name} · prod · {tag}" in one.content]
        return cards[-1] if cards else ""


@asynccontextmanager
async def ours(cloud: Cloud, folder: Path, way: str, services: Sequence[Service]) -> AsyncIterator[Ours]:
    """``way``: with or without a queue in which ECS's events lie."""
    keys = cloud.aws.keys(name=folder.name)
    more = ""
    if way == HINTS:
        region = services[0].region.name
        queue = cloud.aws.queue(folder.name, region, follows=True)
        more = QUEUE.format(name=folder.name, url=queue.url, region=region)
    more += "".join(
        TARGET.format(
            name=one.name,
            health=cloud.health,
            region=one.region.name,
            cluster=one.cluster.name,
            container=CONTAINER,
            repository=REPOSITORY,
            endpoint=cloud.aws.endpoint,
        )
        for one in services
    )
    secrets = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret}
    async with team(folder, {}, more=more, secrets=secrets) as bots:
        yield Ours(cloud, bots, keys)
