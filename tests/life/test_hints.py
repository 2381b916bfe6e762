"""A running bot that fetches what AWS tells of its service, and lets SNS knock, over the wire."""

from __future__ import annotations

import io
import json
from pathlib import Path

import aiohttp

from bot.ledger import reading
from playground.aws import LocalAws
from playground.host import until
from tests.ecs.ours import CLUSTER, CONTAINER, REPOSITORY, SERVICE
from tests.life.config_file import Options
from tests.life.house import inhabited
from tests.webhooks.signing import STRANGER, TOPIC, event_of, key, notification, signed

ON_ECS = f"""
[aws]
topics = ["{TOPIC}"]
[aws.queues.seoul]
url = "{{url}}"
region = "ap-northeast-2"
[services.llmops]
chain = ["prod"]
[services.llmops.policy]
deploy = ["deployer"]
[services.llmops.health]
url = "http://127.0.0.1:9/health"
from = "bot"
[services.llmops.env.prod]
adapter = "ecs"
[services.llmops.env.prod.ecs]
region = "ap-northeast-2"
cluster = "{CLUSTER}"
service = "{SERVICE}"
container = "{CONTAINER}"
repository = "{REPOSITORY}"
endpoint = "{{endpoint}}"
"""
HEARD = 'slipway_webhook_deliveries_total{event="deployment",outcome="heard",source="sqs"} 1.0'
ANSWERS = 'slipway_hint_queue_reached{queue="seoul"} '


async def test_a_queue_is_fetched_and_emptied_while_the_bot_runs_and_its_absence_is_seen(tmp_path: Path) -> None:
    connector = aiohttp.TCPConnector(force_close=True)
    async with LocalAws() as aws, aiohttp.ClientSession(connector=connector) as session:
        queue, keys = aws.queue("slipway"), aws.keys()
        repository = aws.repository(REPOSITORY)
        image = repository.image(repository.push("v1"))
        aws.cluster(CLUSTER).service(SERVICE, containers=[CONTAINER], image=image)
        environment = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret}
        more = ON_ECS.format(url=queue.url, endpoint=aws.endpoint)
        about = event_of(CLUSTER, SERVICE)
        queue.put(about)
        queue.put("an order of somebody's")
        aws.faults.next("ReceiveMessage", "lost_before")
        async with inhabited(tmp_path, {"app": Options()}, more=more, **environment) as house:

            async def page() -> str:
                async with session.get(f"http://127.0.0.1:{house.port}/metrics") as answer:
                    return await answer.text()

            async def fetched() -> bool:
                return f"{ANSWERS}1.0" in await page()

            await until(fetched, 30.0, "the queue is not fetched")
            assert HEARD in await page()
            assert [json.loads(body) for body in queue.deleted] == [about]
            assert [one.body for one in queue.messages] == ["an order of somebody's"]
            assert any("queue_away" in line for line in house.bot.lines)
            body = json.dumps(signed(notification(aws.now()), key(STRANGER))).encode()
            url = f"http://127.0.0.1:{house.hooks}/webhooks/sns"
            plain = {"Content-Type": "text/plain; charset=UTF-8"}
            forged = body.replace(b"https://sns.", b"https://evil.")
            async with session.post(url, data=io.BytesIO(forged), headers=plain) as answer:
                assert (answer.status, (await answer.text()).strip()) == (401, "certificate_url")
            with reading(tmp_path / "slipway.db") as db:
                assert db.table("deliveries").count == 1
