"""Forty runs at once stay far below what GitHub takes in a minute; one alone is looked at as often as wanted."""

from __future__ import annotations

import pytest

from adapters.github.pace import A_SECOND, MANY, SOONEST, Pace


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("runs", [2, 10, 40])
def test_runs_share_what_github_takes_in_a_minute(runs: int) -> None:
    clock, looks = Clock(), 0
    pace = Pace(clock)
    for _ in range(1200):
        looks += sum(pace.due(run) for run in range(runs))
        clock.now += 0.1
    assert looks <= 120 * A_SECOND * 1.1 + runs * 2
    assert looks >= 120 * min(A_SECOND, runs / SOONEST) / 2


def test_one_run_alone_is_always_due() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert all(pace.due(1) for _ in range(100))


def test_a_hint_brings_a_run_forward_once() -> None:
    clock = Clock()
    pace = Pace(clock)
    for run in range(40):
        pace.due(run)
    assert not pace.due(7)
    pace.hurry(7)
    assert (pace.due(7), pace.due(7)) == (True, False)


def test_runs_that_are_over_leave_their_turn_to_the_others() -> None:
    clock = Clock()
    pace = Pace(clock)
    for run in range(40):
        pace.due(run)
    for run in range(1, 40):
        pace.over(run)
    assert pace.due(0)


def test_the_more_runs_the_less_often_is_each_looked_at_and_are_its_jobs_read() -> None:
    pace = Pace(Clock())
    assert (pace.pause, pace.between(60.0)) == (SOONEST, 60.0)
    for run in range(40):
        pace.due(run)
    assert (pace.pause, pace.between(60.0)) == (40 / A_SECOND, 60.0 * 40 / MANY)
