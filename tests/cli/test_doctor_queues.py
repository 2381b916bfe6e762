"""``doctor`` on queues of hints: each line says what is wrong with which, and nothing of it is a failure."""

from __future__ import annotations

from adapters.ecs.queue import Queue
from bot.cli.doctor import queues
from bot.model import HintQueue
from playground.aws import LocalAws
from playground.aws import Queue as Imitated
from tests.ecs.ours import ours


async def test_what_is_known_of_a_queue_is_told_and_only_warned_of() -> None:
    async with LocalAws() as aws, ours(aws) as line:
        bare, whole = aws.queue("bare"), aws.queue("whole", receives=5)
        there = [bare, whole, Imitated(bare.region, "missing")]
        boxes = [Queue.of(line, HintQueue(one.name, one.url, "ap-northeast-2", endpoint=aws.endpoint)) for one in there]
        said = [str(found) async for found in queues.examine(boxes)]
        assert said == [
            f"ok    aws.queues.bare: {bare.url} answers; messages waiting: 0",
            f"warn  aws.queues.bare: {bare.url} has no dead letters: what is no event of ECS would come again for days"
            " → give it a redrive policy with maxReceiveCount 5 (docs/webhooks.md)",
            f"ok    aws.queues.whole: {whole.url} answers; messages waiting: 0",
            "ok    aws.queues.whole: what is no event of ECS goes to the dead letters",
            f"warn  aws.queues.missing: {there[2].url} does not exist"
            " → look at its address and region; waits end by looking meanwhile",
        ]
    async with LocalAws() as aws, ours(aws, aws.keys(allowed={"sqs:ReceiveMessage"})) as line:
        queue = aws.queue("mine")
        box = Queue.of(line, HintQueue("mine", queue.url, "ap-northeast-2", endpoint=aws.endpoint))
        (found,) = [str(one) async for one in queues.examine([box])]
        assert found.startswith(f"warn  aws.queues.mine: sqs:GetQueueAttributes is not allowed on {queue.url} → allow")
