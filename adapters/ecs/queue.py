"""A queue of SQS that EventBridge's events of ECS go to.

Peculiarity: a message is given to somebody for a while and comes again unless it is deleted; it may come twice, and in
any order. Idempotence: receiving and deleting may be repeated.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.ecs.account import Aws, Region, error
from bot.errors import AdapterError
from bot.model import HintQueue
from bot.ports import Letter

WAIT, MOST = 20, 10  # seconds of a long poll, and messages of one: the largest that SQS takes
SENT = "SentTimestamp"
WANTED = ("RedrivePolicy", "ApproximateNumberOfMessages")


class Queue:
    def __init__(self, queue: HintQueue, region: Region) -> None:
        self._queue, self._region = queue, region

    @classmethod
    def of(cls, aws: Aws, queue: HintQueue) -> Queue:
        return cls(queue, aws.region(queue))

    @property
    def name(self) -> str:
        return self._queue.name

    async def receive(self) -> Sequence[Letter]:
        answer = await self._region.listen(
            "sqs",
            "receive_message",
            QueueUrl=self._queue.url,
            WaitTimeSeconds=WAIT,
            MaxNumberOfMessages=MOST,
            MessageSystemAttributeNames=[SENT],
        )
        return [_letter(one) for one in answer.get("Messages", [])]

    async def delete(self, letters: Sequence[Letter]) -> None:
        entries = [{"Id": str(number), "ReceiptHandle": one.handle} for number, one in enumerate(letters)]
        answer = await self._region.read("sqs", "delete_message_batch", QueueUrl=self._queue.url, Entries=entries)
        if answer.get("Failed"):
            raise error("not_deleted", retry=True, n=len(answer["Failed"]), reason=answer["Failed"][0].get("Code"))

    async def diagnose(self) -> Sequence[tuple[str, bool | None, dict[str, object]]]:
        """Receives nothing: that would hide messages from the running bot."""
        about: dict[str, object] = {"name": self.name, "url": self._queue.url}
        try:
            answer = await self._region.read(
                "sqs", "get_queue_attributes", QueueUrl=self._queue.url, AttributeNames=list(WANTED)
            )
        except AdapterError as problem:
            return [(f"queue.{problem.code}", False, {**about, **problem.facts})]
        found = answer.get("Attributes", {})
        waiting = {**about, "n": found.get(WANTED[1], "0")}
        return [("queue.reached", True, waiting), ("queue.dead_letters", True if _dead(found) else None, about)]


def _letter(message: Mapping[str, Any]) -> Letter:
    sent = str(message.get("Attributes", {}).get(SENT, ""))
    at = int(sent) / 1000 if sent.isascii() and sent.isdecimal() else None
    return Letter(str(message["ReceiptHandle"]), str(message.get("Body", "")), at)


def _dead(attributes: Mapping[str, Any]) -> bool:
    """Whether what nobody deletes goes somewhere in the end."""
    try:
        return bool(json.loads(attributes.get("RedrivePolicy", "{}")).get("deadLetterTargetArn"))
    except (ValueError, AttributeError):
        return False
