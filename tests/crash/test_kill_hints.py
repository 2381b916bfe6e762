"""The same walk over what AWS tells: fetched from a queue or brought by SNS, each is taken once, however we die."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.model import HintQueue
from playground.aws import Queue
from playground.host import until
from playground.host.net import free_ports
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.test_kill_on_ecs import NAMES, answering, ecs_facts
from tests.crash.town import Town, town
from tests.ecs import town as ecs
from tests.ecs.ours import CLUSTER, SERVICE
from tests.webhooks.signing import TOKEN, TOPIC, certificate, confirmation, event_of, notification, signed

TAKEN = ["ledger.deliveries.take.before", "ledger.deliveries.take.committed"]
NOTED = ["ledger.deliveries.note.before", "ledger.deliveries.note.committed"]
FETCHED = ["letters.told", "letters.deleted"]
COMES_AGAIN = 0.3  # seconds after which a message that was not deleted can be received again
TOPICS = f'[aws]\ntopics = ["{TOPIC}"]\n'


@asynccontextmanager
async def hinted(
    folder: Path, nursery: Nursery, each: str, hooks: int, queues: str = ""
) -> AsyncIterator[tuple[Town, ecs.Town, Queue]]:
    """A bot that deploys to ECS, and dies at each point that begins like this."""
    async with ecs.town() as world, answering() as health:
        queue = world.aws.queue("slipway", follows=True)
        queue.visibility = COMES_AGAIN
        world.queues.append(HintQueue("seoul", queue.url, "ap-northeast-2"))
        served = folder / "certificate.pem"
        served.write_bytes(certificate(now=time.time()))
        environment = {
            "AWS_ACCESS_KEY_ID": world.keys.access_key,
            "AWS_SECRET_ACCESS_KEY": world.keys.secret,
            "CRASH_EACH": each,
            "CRASH_CERTIFICATE": str(served),
        }
        hints = TOPICS + queues.format(url=queue.url)
        write = partial(config_file.hinted, hints, hooks, world.aws.endpoint, NAMES, health)
        async with town(folder / "town", nursery, write=write, environment=environment) as it:
            yield it, world, queue


@pytest.mark.timeout(300)
async def test_what_ecs_tells_by_a_queue_is_taken_once_and_deleted_and_the_deploy_is_what_it_is(
    tmp_path: Path, nursery: Nursery
) -> None:
    queues = '[aws.queues.seoul]\nurl = "{url}"\nregion = "ap-northeast-2"\n'
    (hooks,) = free_ports(1)
    async with hinted(tmp_path, nursery, "ledger.deliveries. letters.", hooks, queues) as (it, world, queue):
        before = len(world.aws.told)
        number = await it.order(it.jieun, "deploy", "staging", version=world.push())
        assert await it.verdict(number) == "succeeded"
        await it.come_true(lambda: not queue.messages, "the queue is not emptied")
        await it.quiet()
        assert sorted(it.died.read_text().split()) == sorted([*TAKEN, *FETCHED])
        told = {one["id"] for one in world.aws.told[before:]}
        taken = it.rows("SELECT id FROM deliveries WHERE source = 'sqs'")
        assert {row["id"] for row in taken} == told
        assert len(queue.deleted) == len(told)
        assert invariants.broken(ecs_facts(it, world, 1)) == []


@pytest.mark.timeout(300)
async def test_what_sns_brings_until_it_is_answered_is_taken_once(tmp_path: Path, nursery: Nursery) -> None:
    (hooks,) = free_ports(1)
    async with hinted(tmp_path, nursery, "ledger.deliveries.", hooks) as (it, _, _), aiohttp.ClientSession() as http:

        async def brought(message: Mapping[str, Any]) -> None:
            body = json.dumps(signed(message))

            async def answered() -> bool:
                try:
                    async with http.post(f"http://127.0.0.1:{hooks}/webhooks/sns", data=body) as said:
                        return said.status == 202
                except aiohttp.ClientError:
                    return False

            await until(answered, 60, "no message is answered")

        await brought(notification(time.time(), event_of(CLUSTER, SERVICE)))
        await brought(confirmation(time.time()))
        assert sorted(it.died.read_text().split()) == sorted([*TAKEN, *NOTED])
        assert it.rows("SELECT COUNT(*) AS n FROM deliveries WHERE source = 'sns'")[0]["n"] == 2
        assert it.rows("SELECT COUNT(*) AS n FROM audit WHERE action = 'subscription_asked'")[0]["n"] == 1
        (file,) = it.ledger.parent.glob("sns-*.json")
        assert json.loads(file.read_text())["Token"] == TOKEN
