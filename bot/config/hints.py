"""``[aws]``: who may tell of ECS, and where what they tell waits."""

from __future__ import annotations

from bot.config.aws_fields import endpoint_of, region_of
from bot.config.config import Aws
from bot.config.problems import Problems
from bot.config.shape import Head
from bot.config.shape.aws import AwsTable, QueueTable
from bot.model import HintQueue


def judge(head: Head, on_aws: bool, problems: Problems) -> None:
    if head.aws is None:
        return
    if not on_aws:
        problems.add("aws", 'no target has adapter = "ecs", so nobody would listen; take it out')
    if head.aws.topics and head.web.webhooks is None:
        problems.add(("aws", "topics"), "needs web.webhooks, the address where SNS delivers")
    seen: dict[str, str] = {}
    for name, table in head.aws.queues.items():
        _judge_queue(name, table, problems)
        first = seen.setdefault(table.url, name)
        if first != name:
            problems.add(("aws", "queues", name, "url"), f"is the queue of aws.queues.{first}; write it once")


def _judge_queue(name: str, table: QueueTable, problems: Problems) -> None:
    place = ("aws", "queues", name)
    said = region_of(table.url)
    if said is None and table.region is None:
        problems.add((*place, "region"), "is needed where the queue's address does not say it")
    if said is not None and table.region is not None:
        problems.add((*place, "region"), "the queue's address says it; take this out")
    if table.external_id is not None and table.role_arn is None:
        problems.add((*place, "external_id"), "goes with role_arn; write both or neither")


def read(table: AwsTable | None) -> Aws:
    if table is None:
        return Aws()
    return Aws(table.topics, tuple(_queue(name, one) for name, one in table.queues.items()))


def _queue(name: str, table: QueueTable) -> HintQueue:
    region = region_of(table.url) or table.region or ""
    return HintQueue(name, table.url, region, table.role_arn, table.external_id, endpoint_of(table.url))
