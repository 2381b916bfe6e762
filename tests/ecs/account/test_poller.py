"""One reader of services for everybody who waits, against a cluster of our own and a clock that only we move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from adapters.ecs.account.faults import error
from adapters.ecs.account.poller import FOLLOWED, HINTED, Poller
from bot.errors import AdapterError

NAMES = [f"service-{n}" for n in range(20)]


class Cluster:
    """What DescribeServices is asked, and answers: ``hidden`` may not be read, ``missing`` are not there."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.now = 100.0
        self.hidden: set[str] = set()
        self.missing: set[str] = set()
        self.broken: AdapterError | None = None
        self.reason = "MISSING"
        self.more: dict[str, Any] = {}
        self.gate = asyncio.Event()
        self.gate.set()

    async def ask(self, cluster: str, names: Sequence[str]) -> Mapping[str, Any]:
        self.batches.append(list(names))
        await self.gate.wait()
        if self.broken is not None:
            raise self.broken
        if self.hidden & set(names):
            raise error("forbidden", action="ecs:DescribeServices", what="", message="")
        there = [{"serviceName": name, "at": self.now, **self.more} for name in names if name not in self.missing]
        return {"services": there, "failures": [{"arn": n, "reason": self.reason} for n in names if n in self.missing]}


def polled(
    world: Cluster, slower: Callable[[], float] = lambda: 1.0, *, listens: bool = False, gathered: float = 0.0
) -> Poller:
    return Poller(
        world.ask, slower, listens=lambda: listens, gathered=gathered, now=lambda: world.now, clock=lambda: world.now
    )


ROLLING = {"deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "IN_PROGRESS", "desiredCount": 2}]}


async def everybody(poller: Poller, names: Sequence[str] = NAMES, *, fresh: bool = False) -> list[Any]:
    return await asyncio.gather(*(poller.service("prod", name, fresh=fresh) for name in names))


async def test_twenty_who_wait_cost_two_calls_a_round() -> None:
    world = Cluster()
    poller = polled(world)
    for _ in range(5):
        assert [one["serviceName"] for one in await everybody(poller)] == NAMES
        world.now += 10.0
    assert [len(batch) for batch in world.batches] == [10] * 10
    assert sorted(name for batch in world.batches[-2:] for name in batch) == sorted(NAMES)


async def test_twenty_rollouts_at_once_cost_no_more_calls_in_the_same_time_than_one() -> None:
    calls = []
    for names in (NAMES[:1], NAMES):
        world = Cluster()
        world.more = ROLLING
        poller = polled(world)
        for _ in range(600):
            await everybody(poller, names)
            world.now += 0.1
        calls.append(len(world.batches))
    one, twenty = calls
    assert twenty <= 1.2 * one + 2


async def test_an_answer_is_given_again_until_another_look_is_worth_it() -> None:
    world = Cluster()
    poller = polled(world)
    first = await poller.service("prod", "service-1")
    assert await poller.service("prod", "service-1") == first
    assert len(world.batches) == 1
    world.now += poller.soon("prod", "service-1")
    assert await poller.service("prod", "service-1") != first
    assert len(world.batches) == 2


async def test_what_is_asked_fresh_left_after_the_question_even_when_another_answer_is_on_its_way() -> None:
    world = Cluster()
    poller = polled(world)
    world.gate.clear()
    old = asyncio.create_task(poller.service("prod", "service-1"))
    await asyncio.sleep(0)
    world.now += 1.0
    late = [asyncio.create_task(poller.service("prod", name, fresh=True)) for name in ("service-1", "service-2")]
    await asyncio.sleep(0)
    world.gate.set()
    await old
    assert [(await one or {})["at"] for one in late] == [101.0, 101.0]
    assert [sorted(batch) for batch in world.batches] == [["service-1"], ["service-1", "service-2"]]


@pytest.mark.parametrize(("names", "calls"), [(NAMES[:10], 10), (NAMES, 4)])
async def test_fresh_questions_wait_for_each_other_only_where_one_call_is_not_enough_for_all(
    names: Sequence[str], calls: int
) -> None:
    world = Cluster()
    poller = polled(world, gathered=0.05)
    await everybody(poller, names)
    world.batches.clear()
    asked = []
    for name in names:
        asked.append(asyncio.create_task(poller.service("prod", name, fresh=True)))
        for _ in range(3):
            await asyncio.sleep(0)
    assert [(await one or {})["serviceName"] for one in asked] == list(names)
    assert calls - 2 <= len(world.batches) <= calls


async def test_what_was_changed_is_not_told_from_memory() -> None:
    world = Cluster()
    poller = polled(world)
    await everybody(poller, NAMES[:2])
    poller.hint("prod", NAMES[0])
    await poller.service("prod", NAMES[1])
    assert len(world.batches) == 1
    await poller.service("prod", NAMES[0])
    assert len(world.batches) == 2
    poller.hurry("prod")
    await poller.service("prod", NAMES[1])
    assert len(world.batches) == 3


async def test_a_service_that_is_not_there_is_none_and_a_failure_that_says_else_is_no_answer() -> None:
    world = Cluster()
    poller = polled(world)
    world.missing = {"service-1"}
    first, second = await everybody(poller, NAMES[1:3])
    assert (first, second["serviceName"]) == (None, "service-2")
    world.reason = "INTERNAL"
    with pytest.raises(AdapterError) as found:
        await poller.service("prod", "service-1", fresh=True)
    assert (found.value.code, found.value.facts["reason"]) == ("refused", "INTERNAL")


async def test_one_that_may_not_be_read_hides_no_other() -> None:
    world = Cluster()
    poller = polled(world)
    await everybody(poller)
    world.hidden = {"service-3"}
    world.now += 10.0
    found = await asyncio.gather(*(poller.service("prod", name) for name in NAMES), return_exceptions=True)
    refused = {name for name, one in zip(NAMES, found, strict=True) if isinstance(one, AdapterError)}
    assert refused == {"service-3"}


async def test_those_who_wait_for_the_same_answer_hear_of_the_same_failure_at_once() -> None:
    world = Cluster()
    poller = polled(world)
    await everybody(poller, NAMES[:10])
    world.broken = error("unavailable", retry=True, status=503)
    world.now += 10.0
    world.batches.clear()
    found = await asyncio.gather(*(poller.service("prod", name) for name in NAMES[:10]), return_exceptions=True)
    assert {getattr(one, "code", None) for one in found} == {"unavailable"}
    assert len(world.batches) <= 2
    world.broken = None
    assert await poller.service("prod", "service-1")


async def test_whoever_stops_waiting_keeps_nobody_else_from_asking() -> None:
    world = Cluster()
    poller = polled(world)
    world.gate.clear()
    gone = asyncio.create_task(poller.service("prod", "service-1"))
    stays = asyncio.create_task(poller.service("prod", "service-2"))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    world.gate.set()
    assert await stays


async def test_nobody_reads_along_for_those_who_have_stopped_asking() -> None:
    world = Cluster()
    poller = polled(world)
    await everybody(poller)
    world.now += FOLLOWED + 1.0
    world.batches.clear()
    await poller.service("prod", "service-1")
    assert world.batches == [["service-1"]]


async def test_clusters_do_not_wait_for_each_other() -> None:
    world = Cluster()
    poller = polled(world)
    await asyncio.gather(poller.service("prod", "service-1"), poller.service("dev", "service-1"))
    assert world.batches == [["service-1"], ["service-1"]]


async def test_pauses_stretch_while_aws_says_too_often() -> None:
    calm, limited = polled(Cluster()), polled(Cluster(), lambda: 8.0)
    for poller in (calm, limited):
        await poller.service("prod", "service-1")
    assert limited.soon("prod", "service-1") == 8 * calm.soon("prod", "service-1")


async def test_who_hears_hints_of_a_rollout_looks_seldom_and_who_hears_none_does_not() -> None:
    for listens, hinted, seldom in ((True, True, True), (True, False, False), (False, True, False)):
        world = Cluster()
        world.more = ROLLING
        poller = polled(world, listens=listens)
        await poller.service("prod", "service-1")
        if hinted:
            poller.hint("prod", "service-1")
        await poller.service("prod", "service-1", fresh=True)
        assert (poller.soon("prod", "service-1") >= HINTED) is seldom


async def test_hints_are_of_one_rollout_and_say_nothing_of_the_next() -> None:
    world = Cluster()
    world.more = ROLLING
    poller = polled(world, listens=True)
    await poller.service("prod", "service-1")
    poller.hint("prod", "service-1")
    await poller.service("prod", "service-1")
    world.more = {"deployments": [{**ROLLING["deployments"][0], "rolloutState": "COMPLETED"}]}
    await poller.service("prod", "service-1", fresh=True)
    world.more = ROLLING
    await poller.service("prod", "service-1", fresh=True)
    assert poller.soon("prod", "service-1") < HINTED
