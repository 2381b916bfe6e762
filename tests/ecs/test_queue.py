"""The queue of hints on the imitation of SQS, by our own line to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters import mailboxes
from adapters.ecs import hearing
from adapters.ecs.queue import Queue
from bot.errors import AdapterError
from bot.model import HintQueue, RepositoryHint, ServiceHint
from bot.webhooks.bounded import parsed
from bot.webhooks.events import read
from playground.aws import Keys, LocalAws
from playground.aws import Queue as Imitated
from tests.ecs.ours import CLUSTER, CONTAINER, REPOSITORY, SERVICE, ours, section

HEARD = ServiceHint("123456789012", "ap-northeast-2", CLUSTER, SERVICE)


@asynccontextmanager
async def box(aws: LocalAws, at: Imitated, keys: Keys | None = None) -> AsyncIterator[Queue]:
    async with ours(aws, keys) as line:
        (made,) = mailboxes(line, [HintQueue("seoul", at.url, "ap-northeast-2", endpoint=aws.endpoint)])
        assert isinstance(made, Queue)
        yield made


@pytest.fixture
async def aws() -> AsyncIterator[LocalAws]:
    async with LocalAws() as made:
        yield made


async def test_what_ecs_tells_of_a_rollout_is_about_its_service(aws: LocalAws) -> None:
    queue = aws.queue("slipway", follows=True)
    repository = aws.repository(REPOSITORY)
    image = repository.image(repository.push("v1"))
    service = aws.cluster(CLUSTER).service(SERVICE, containers=[CONTAINER], image=image)
    service.superseded_by(image)
    async with box(aws, queue) as mailbox:
        letters = await mailbox.receive()
        assert letters
        assert {read(parsed(one.text.encode())).hint for one in letters} == {HEARD}
        assert all(one.sent_at is not None and abs(one.sent_at - aws.now()) < 60 for one in letters)
        await mailbox.delete(letters)
        assert queue.deleted == [one.text for one in letters]


async def test_what_is_not_deleted_comes_again_and_goes_to_the_dead_letters_in_the_end(aws: LocalAws) -> None:
    queue = aws.queue("slipway", receives=2)
    queue.visibility = 0.0
    queue.put("nothing of ours")
    async with box(aws, queue) as mailbox:
        assert [one.text for one in await mailbox.receive()] == ["nothing of ours"]
        assert [one.text for one in await mailbox.receive()] == ["nothing of ours"]
        queue.put("another")
        assert [one.text for one in await mailbox.receive()] == ["another"]
        assert queue.dead == ["nothing of ours"]


async def test_one_message_of_a_batch_that_is_not_deleted_is_told(aws: LocalAws) -> None:
    queue = aws.queue("slipway")
    queue.put("one")
    queue.put("two")
    aws.faults.next("DeleteMessageBatch", "entry_failed")
    async with box(aws, queue) as mailbox:
        letters = await mailbox.receive()
        with pytest.raises(AdapterError) as raised:
            await mailbox.delete(letters)
    assert (raised.value.code, raised.value.facts["n"]) == ("not_deleted", 1)
    assert queue.deleted == ["two"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [("lost_before", "lost"), ("denied", "forbidden"), ("expired", "expired"), ("500", "unavailable")],
)
async def test_a_queue_that_is_away_says_why(aws: LocalAws, fault: str, code: str) -> None:
    queue = aws.queue("slipway")
    aws.faults.next("ReceiveMessage", fault)
    async with box(aws, queue) as mailbox:
        with pytest.raises(AdapterError) as raised:
            await mailbox.receive()
    assert raised.value.code == code


async def test_a_queue_is_diagnosed_without_receiving_anything(aws: LocalAws) -> None:
    bare, whole = aws.queue("bare"), aws.queue("whole", receives=5)
    bare.put("one")
    async with box(aws, bare) as mailbox:
        assert [(code, good) for code, good, _ in await mailbox.diagnose()] == [
            ("queue.reached", True),
            ("queue.dead_letters", None),
        ]
        assert (await mailbox.diagnose())[0][2]["n"] == "1"
    async with box(aws, whole) as mailbox:
        assert [good for _, good, _ in await mailbox.diagnose()] == [True, True]
    assert bare.messages[0].received == 0


async def test_a_queue_that_does_not_exist_or_may_not_be_looked_at_is_told_apart(aws: LocalAws) -> None:
    queue = aws.queue("slipway")
    async with box(aws, Imitated(queue.region, "missing")) as mailbox:
        assert [(code, good) for code, good, _ in await mailbox.diagnose()] == [("queue.not_found", False)]
    async with box(aws, queue, aws.keys(allowed={"sqs:ReceiveMessage"})) as mailbox:
        ((code, good, facts),) = await mailbox.diagnose()
    assert (code, good, facts["action"]) == ("queue.forbidden", False, "sqs:GetQueueAttributes")


async def test_a_target_hears_of_its_own_service_only(aws: LocalAws) -> None:
    config = section(aws)
    assert hearing.hears(config, HEARD)
    assert not hearing.hears(config, ServiceHint("123456789012", "us-east-1", CLUSTER, SERVICE))
    assert not hearing.hears(config, ServiceHint("123456789012", "ap-northeast-2", "other", SERVICE))
    assert not hearing.hears(config, ServiceHint("123456789012", "ap-northeast-2", CLUSTER, "other"))
    assert not hearing.hears(section(aws, account="999999999999"), HEARD)
    assert not hearing.hears(config, RepositoryHint("org/app"))
