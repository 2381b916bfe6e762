"""A counter of what somebody else counts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, generate_latest

from bot.metrics import count_up


def test_what_is_told_again_is_not_counted_twice_and_a_new_line_begins_at_nothing() -> None:
    registry = CollectorRegistry()
    counter = Counter("asked", "Of the tests.", ["action"], registry=registry)
    told: dict[str, int] = {}
    for totals in ({"ecs:DescribeServices": 2}, {"ecs:DescribeServices": 2}, {"ecs:DescribeServices": 5, "sts:X": 1}):
        count_up(counter, totals, told)
    count_up(counter, {"ecs:DescribeServices": 1}, {})
    page = generate_latest(registry).decode()
    assert 'asked_total{action="ecs:DescribeServices"} 6.0' in page
    assert 'asked_total{action="sts:X"} 1.0' in page
