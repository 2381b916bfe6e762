"""SQS: a queue that EventBridge's events may go to; long polling, and messages that come back unless deleted."""

import asyncio
import contextlib
import hashlib
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.aws.accounts import ACCOUNT
from playground.aws.errors import AwsError, Json
from playground.aws.policy import Ask
from playground.aws.state import Region, identifier
from playground.aws.wire.call import Call, Operation

MOST, LONGEST = 10, 20
STEP = 0.02
"""Seconds between two looks of a long poll whose messages become visible again."""


@dataclass
class Message:
    body: str
    sent_at: float
    id: str = field(default_factory=identifier)
    visible_at: float = 0.0
    received: int = 0
    receipt: str = ""
    """The newest; an older one deletes nothing."""


@dataclass
class Queue:
    """`follows`: ECS's events are put into it as a rule of EventBridge would."""

    region: Region = field(repr=False)
    name: str
    follows: bool = False
    receives: int | None = None
    """How often a message may be received before it goes to the dead letters; None: there are none."""
    visibility: float = 30.0
    messages: list[Message] = field(default_factory=list)
    """Those that nobody deleted."""
    deleted: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    """Bodies."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def arn(self) -> str:
        return self.region.arn("sqs", self.name)

    @property
    def url(self) -> str:
        return f"{self.region.state.endpoint}/{ACCOUNT}/{self.name}"

    @property
    def waiting(self) -> list[str]:
        """Bodies of what can be received."""
        now = self.region.state.now()
        return [one.body for one in self.messages if one.visible_at <= now]

    @property
    def in_flight(self) -> list[str]:
        """Bodies of what was received and is neither deleted nor back yet."""
        now = self.region.state.now()
        return [one.body for one in self.messages if one.visible_at > now]

    def put(self, body: Mapping[str, Any] | str) -> str:
        """An event, or any text that somebody sends; the message's id."""
        text = body if isinstance(body, str) else json.dumps(body)
        made = Message(text, self.region.state.now())
        self.messages.append(made)
        self.arrived.set()
        return made.id

    def take(self, most: int, visibility: float) -> list[Message]:
        now = self.region.state.now()
        self._bury(now)
        taken = [one for one in self.messages if one.visible_at <= now][:most]
        for one in taken:
            one.visible_at, one.received = now + visibility, one.received + 1
            one.receipt = secrets.token_urlsafe(60)
        return taken

    def _bury(self, now: float) -> None:
        worn = [one for one in self.messages if one.visible_at <= now and one.received >= (self.receives or math.inf)]
        self.dead += [one.body for one in worn]
        self.messages[:] = [one for one in self.messages if one not in worn]

    def delete(self, receipt: str) -> None:
        for one in [one for one in self.messages if one.receipt == receipt]:
            self.messages.remove(one)
            self.deleted.append(one.body)


def _queue(call: Call) -> Queue:
    name = str(call.params.get("QueueUrl", "")).rpartition("/")[2]
    return _named(call, name)


def _named(call: Call, name: str) -> Queue:
    found = call.region.queues.get(name)
    if found is None:
        raise AwsError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.")
    return found


def get_queue_url(call: Call) -> Json:
    return {"QueueUrl": _named(call, call.params.get("QueueName", "")).url}


async def receive_message(call: Call) -> Json:
    """Waits so long for the first message; at most ten at once."""
    queue = _queue(call)
    most, wait = int(call.params.get("MaxNumberOfMessages", 1)), float(call.params.get("WaitTimeSeconds", 0))
    if not 1 <= most <= MOST or not 0 <= wait <= LONGEST:
        raise AwsError("InvalidParameterValue", "Value for a parameter is out of its range.")
    visibility = float(call.params.get("VisibilityTimeout", queue.visibility))
    loop = asyncio.get_running_loop()
    end = loop.time() + wait
    while not (taken := queue.take(most, visibility)) and loop.time() < end:
        queue.arrived.clear()
        # A message also comes back when its time is over, which nothing announces.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STEP):
                await queue.arrived.wait()
    return {"Messages": [_shape(call, one) for one in taken]} if taken else {}


def _shape(call: Call, one: Message) -> Json:
    told: Json = {
        "MessageId": one.id,
        "ReceiptHandle": one.receipt,
        "MD5OfBody": hashlib.md5(one.body.encode(), usedforsecurity=False).hexdigest(),
        "Body": one.body,
    }
    known = {"SentTimestamp": str(int(one.sent_at * 1000)), "ApproximateReceiveCount": str(one.received)}
    wanted = call.params.get("MessageSystemAttributeNames") or call.params.get("AttributeNames") or []
    attributes = {name: value for name, value in known.items() if name in wanted or "All" in wanted}
    return {**told, "Attributes": attributes} if attributes else told


def delete_message(call: Call) -> Json:
    """With the newest receipt; deleting what is gone is fine."""
    _queue(call).delete(call.params.get("ReceiptHandle", ""))
    return {}


def delete_message_batch(call: Call) -> Json:
    """Entry by entry: one may fail and the others not."""
    queue, entries = _queue(call), list(call.params.get("Entries", []))
    if not entries:
        raise AwsError("com.amazonaws.sqs#EmptyBatchRequest", "There should be at least one entry in the request.")
    failed = []
    if call.fault.has("entry_failed"):
        why = {"Code": "InternalError", "SenderFault": False, "Message": "We encountered an internal error."}
        failed = [{"Id": entries.pop(0)["Id"], **why}]
    for entry in entries:
        queue.delete(entry["ReceiptHandle"])
    return {"Successful": [{"Id": one["Id"]} for one in entries], "Failed": failed}


def get_queue_attributes(call: Call) -> Json:
    queue = _queue(call)
    told = {
        "QueueArn": queue.arn,
        "VisibilityTimeout": f"{queue.visibility:.0f}",
        "ApproximateNumberOfMessages": str(len(queue.waiting)),
        "ApproximateNumberOfMessagesNotVisible": str(len(queue.in_flight)),
    }
    if queue.receives is not None:
        dead = {"deadLetterTargetArn": f"{queue.arn}-dead", "maxReceiveCount": queue.receives}
        told["RedrivePolicy"] = json.dumps(dead)
    wanted = call.params.get("AttributeNames", [])
    found = {name: one for name, one in told.items() if name in wanted or "All" in wanted}
    return {"Attributes": found} if found else {}


def _asks(call: Call) -> list[Ask]:
    name = str(call.params.get("QueueName") or call.params.get("QueueUrl", "")).rpartition("/")[2]
    action = call.action.removesuffix("Batch")
    return [Ask(f"sqs:{action}", call.arn("sqs", name))]


OPERATIONS = {
    "GetQueueUrl": Operation(get_queue_url, _asks),
    "ReceiveMessage": Operation(receive_message, _asks),
    "DeleteMessage": Operation(delete_message, _asks),
    "DeleteMessageBatch": Operation(delete_message_batch, _asks),
    "GetQueueAttributes": Operation(get_queue_attributes, _asks),
}
