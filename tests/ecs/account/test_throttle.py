"""Everybody who shares an account and a region waits when one of them is told that it is too often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from adapters.ecs.account.throttle import CALM, LONGEST, Throttle
from bot.errors import AdapterError
from playground.aws import LocalAws, Service
from tests.ecs.ours import CLUSTER, SERVICE, ours, section

ROLE = "arn:aws:iam::123456789012:role/deploy"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_refusal_in_a_row_doubles_the_wait_up_to_a_limit() -> None:
    clock = Clock()
    throttle = Throttle(clock, lambda: 1.0)
    waits = []
    for _ in range(8):
        throttle.refused()
        waits.append(throttle.wait)
        clock.now += throttle.wait
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0]
    assert max(waits) <= LONGEST


def test_many_that_were_on_their_way_count_as_one() -> None:
    throttle = Throttle(Clock(), lambda: 1.0)
    for _ in range(50):
        throttle.refused()
    assert throttle.wait == 0.5
    assert throttle.slower == 2.0


def test_a_quiet_time_forgets_it_step_by_step() -> None:
    clock = Clock()
    throttle = Throttle(clock, lambda: 1.0)
    for _ in range(3):
        throttle.refused()
        clock.now += throttle.wait
    assert [throttle.slower, *(_after(clock, throttle) for _ in range(3))] == [8.0, 4.0, 2.0, 1.0]
    throttle.refused()
    assert throttle.wait == 0.5


def _after(clock: Clock, throttle: Throttle) -> float:
    clock.now += CALM
    return throttle.slower


async def test_whoever_has_no_time_to_wait_is_told_at_once() -> None:
    clock = Clock()
    throttle = Throttle(clock, lambda: 1.0)
    throttle.refused()
    assert await throttle.open(0.4) is False
    clock.now = 1.0
    assert await throttle.open(0.0) is True


async def test_a_limit_that_one_meets_holds_the_others_back(aws: LocalAws, service: Service) -> None:
    aws.role(ROLE)
    async with ours(aws) as made:
        here = [made.region(section(aws)), made.region(section(aws), "123456789012")]
        known: Mapping[str, Any] = {"cluster": CLUSTER, "service": SERVICE, "desiredCount": 2}
        aws.faults.next("UpdateService", "throttled")
        first, *_ = await asyncio.gather(
            here[0].send("start", "ecs", "update_service", attempt="k3v9-1-1", **known), return_exceptions=True
        )
        refused_at = aws.requests[-1].at
        await asyncio.gather(*(one.service(CLUSTER, SERVICE) for one in here))
    assert isinstance(first, AdapterError)
    later = [one.at - refused_at for one in aws.requests if one.action == "DescribeServices"]
    assert min(later) >= 0.2
