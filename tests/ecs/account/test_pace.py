"""How often one service is looked at in a rollout of any length, played in simulated time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.ecs.account.pace import AFTER_CHANGE, IDLE, LONGEST, SHORTEST, TO_COME, Pace

ZERO = datetime(2026, 11, 21, tzinfo=UTC)


def deployment(
    number: int, state: str, began: float, *, running: int = 2, took: float = 0.0, status: str = "PRIMARY"
) -> Any:
    created = ZERO + timedelta(seconds=began)
    return {
        "id": f"ecs-svc/{number}",
        "status": status,
        "rolloutState": state,
        "desiredCount": 2,
        "runningCount": running,
        "pendingCount": 2 - running,
        "createdAt": created,
        "updatedAt": created + timedelta(seconds=took),
    }


def before(took: float) -> dict[str, Any]:
    return deployment(1, "COMPLETED", -5000.0, took=took, status="ACTIVE")


def rollout(at: float, length: float, steps: Sequence[float], past: Sequence[Any]) -> dict[str, Any]:
    """A rollout that began at 0: tasks run at ``steps``, ECS calls it completed at ``length``."""
    running = sum(at >= step for step in steps)
    state = "COMPLETED" if at >= length else "IN_PROGRESS"
    own = deployment(2, state, 0.0, running=running, took=min(at, length))
    return {"deployments": [own, *([] if at >= length else past)]}


def played(
    length: float, steps: Sequence[float], past: Sequence[Any] = (), pace: Pace | None = None
) -> tuple[int, float]:
    """Looks until the end is seen, and how late it is seen."""
    pace, at, looks = pace or Pace(), 0.0, 0
    while True:
        looks += 1
        seen = rollout(at, length, steps, past)
        if seen["deployments"][0]["rolloutState"] == "COMPLETED":
            pace.pause(seen, at, ZERO.timestamp() + at)
            return looks, at - length
        at += pace.pause(seen, at, ZERO.timestamp() + at)


@pytest.mark.parametrize("length", [8.0, 30.0, 90.0, 300.0])
def test_a_rollout_about_as_long_as_those_before_is_seen_at_once_and_costs_little(length: float) -> None:
    for drift in (0.9, 0.97, 1.0, 1.03, 1.1):
        pace = Pace()
        pace.taught([length])
        looks, late = played(length * drift, (length * 0.3, length * 0.4), (), pace)
        assert late <= max(2 * SHORTEST, length * 0.02)
        assert looks <= 65


@pytest.mark.parametrize("length", [8.0, 30.0, 90.0, 300.0])
def test_without_any_memory_the_lag_stays_a_small_part_of_the_wait(length: float) -> None:
    looks, late = played(length, (length * 0.3, length * 0.4))
    assert late <= max(2 * SHORTEST, length * 0.08)
    assert looks <= 80


def test_what_was_seen_after_all_tasks_ran_is_what_is_usual_from_then_on() -> None:
    pace = Pace()
    for length in (40.0, 44.0, 300.0):
        played(length, (10.0, 20.0), [before(600.0)], pace)
    assert pace.tail == pytest.approx(24.0, abs=2.0)


def test_a_rollout_whose_start_takes_longer_than_usual_is_still_seen_to_end_at_once() -> None:
    pace = Pace()
    played(40.0, (10.0, 20.0), (), pace)
    looks, late = played(140.0, (110.0, 120.0), (), pace)
    assert late <= 2 * SHORTEST
    assert looks <= 65


@pytest.mark.parametrize("took", [0.0, 1.0, 90_000.0])
def test_a_length_that_nobody_would_believe_teaches_nothing(took: float) -> None:
    pace = Pace()
    pace.pause({"deployments": [before(took)]}, 0.0, ZERO.timestamp())
    assert pace.usual is None


def test_nothing_can_end_while_tasks_are_missing_so_there_is_no_hurry() -> None:
    pace = Pace()
    wall = ZERO.timestamp()
    pauses = [pace.pause(rollout(at, 900.0, (600.0,), [before(60.0)]), at, wall + at) for at in (0.0, 5.0, 60.0, 500.0)]
    assert pauses == [TO_COME, 5.0 / AFTER_CHANGE, LONGEST, LONGEST]


@pytest.mark.parametrize(
    "seen", [None, {}, {"deployments": []}, {"deployments": [before(40.0)]}, {"deployments": [{}]}]
)
def test_where_nothing_rolls_out_there_is_no_hurry(seen: dict[str, Any] | None) -> None:
    assert Pace().pause(seen, 0.0, ZERO.timestamp()) == IDLE


def test_a_clock_that_differs_from_aws_changes_the_pace_and_nothing_else() -> None:
    for skew in (-3600.0, 3600.0):
        pace = Pace()
        wall = ZERO.timestamp() + skew
        pauses = [pace.pause(rollout(float(at), 900.0, (60.0,), [before(60.0)]), float(at), wall) for at in range(60)]
        assert all(SHORTEST <= pause <= LONGEST for pause in pauses)
