"""Local time is what the rotation keeps, whatever the clocks do: Seoul never changes them, Berlin and New York do."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.oncall import Rotation, moment, zoned

ZONES = ("Asia/Seoul", "Europe/Berlin", "America/New_York")
HOUR, DAY, WEEK = 3600.0, 86400.0, 7 * 86400.0
SEVERAL = st.lists(st.sampled_from(["1", "2", "3", "4"]), min_size=1, max_size=4, unique=True).map(tuple)
STARTS = st.integers(0, 364 * 24 * 60).map(
    lambda minutes: datetime.fromisoformat("2026-01-01") + timedelta(minutes=minutes)
)
LATER = st.floats(0, 2 * 365 * DAY)


def rotations() -> st.SearchStrategy[Rotation]:
    every = st.sampled_from([0.5 * HOUR, HOUR, 8 * HOUR, DAY, WEEK, 14 * DAY])
    zone = st.sampled_from(ZONES).map(ZoneInfo)
    starts = st.builds(lambda start, zone: start.replace(tzinfo=zone), STARTS, zone)
    return st.builds(Rotation, starts, every, SEVERAL)


@given(rotations(), LATER)
def test_after_the_start_exactly_one_person_is_on_call_at_each_instant(rotation: Rotation, later: float) -> None:
    now = rotation.began(0) + later
    turn = rotation.turn(now)
    assert rotation.at(now)[0] == rotation.people[turn % len(rotation.people)]
    assert rotation.began(turn) <= now < rotation.began(turn + 1)
    assert sorted(rotation.at(now)) == sorted(rotation.people)


@given(rotations(), LATER, st.floats(0, 3 * DAY))
def test_a_turn_never_goes_back(rotation: Rotation, later: float, more: float) -> None:
    now = rotation.began(0) + later
    assert rotation.turn(now) <= rotation.turn(now + more)


@given(rotations(), st.floats(0.001, 365 * DAY))
def test_before_the_start_nobody_is(rotation: Rotation, before: float) -> None:
    assert rotation.at(rotation.began(0) - before) == ()


@given(st.sampled_from(ZONES), STARTS, st.integers(0, 120))
def test_a_weekly_change_shows_the_same_local_time_all_year_but_in_the_hour_that_is_not(
    zone: str, start: datetime, turn: int
) -> None:
    rotation = Rotation(start.replace(tzinfo=ZoneInfo(zone)), WEEK, ("1", "2"))
    shown = datetime.fromtimestamp(rotation.began(turn), ZoneInfo(zone)).replace(tzinfo=None)
    planned = start + turn * timedelta(days=7)
    assert timedelta() <= shown - planned <= timedelta(hours=1)
    if shown != planned:
        early = planned.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
        assert early.replace(tzinfo=None) != planned, "only a time that the clocks leap over may move"


def instant(text: str, zone: str) -> float:
    return zoned(text, zone).timestamp()


@pytest.mark.parametrize(
    ("zone", "day", "offset"), [("Europe/Berlin", "2026-03-29", "+02:00"), ("America/New_York", "2026-03-08", "-04:00")]
)
@pytest.mark.parametrize("change", ["02:00", "02:30"])
def test_a_change_at_a_time_that_the_clocks_leap_over_comes_with_the_leap(
    zone: str, day: str, offset: str, change: str
) -> None:
    """At 02:00 it is 03:00: a clock never shows 02:30 that day."""
    before = (datetime.fromisoformat(day) - timedelta(days=7)).date()
    rotation = Rotation(zoned(f"{before}T{change}", zone), WEEK, ("1", "2"))
    leap = datetime.fromisoformat(f"{day}T03:00:00{offset}").timestamp()
    assert rotation.began(1) == leap
    assert rotation.at(leap - 1)[0] == "1"
    assert rotation.at(leap)[0] == "2"


@pytest.mark.parametrize(
    ("zone", "day", "offsets"),
    [("Europe/Berlin", "2026-10-25", ("+02:00", "+01:00")), ("America/New_York", "2026-11-01", ("-04:00", "-05:00"))],
)
def test_a_change_in_the_hour_that_comes_twice_comes_the_first_time_and_is_not_taken_back(
    zone: str, day: str, offsets: tuple[str, str]
) -> None:
    hour = "02" if zone == "Europe/Berlin" else "01"
    before = (datetime.fromisoformat(day) - timedelta(days=1)).date()
    rotation = Rotation(zoned(f"{before}T{hour}:30", zone), DAY, ("1", "2"))
    first, second = (datetime.fromisoformat(f"{day}T{hour}:30:00{offset}").timestamp() for offset in offsets)
    assert second - first == HOUR
    assert rotation.began(1) == first
    assert [rotation.at(at)[0] for at in (first - 1, first, second - HOUR / 4, second)] == ["1", "2", "2", "2"]


def test_seoul_knows_no_leap() -> None:
    rotation = Rotation(zoned("2026-03-01T02:00", "Asia/Seoul"), DAY, ("1", "2"))
    assert [rotation.began(turn + 1) - rotation.began(turn) for turn in range(366)] == [DAY] * 366


def test_a_moment_of_the_file_that_never_is_shown_is_the_leap() -> None:
    assert moment("2026-03-29T02:30", "Europe/Berlin") == instant("2026-03-29T03:00", "Europe/Berlin")
    assert moment("2026-03-29T02:30+01:00", "Europe/Berlin") == instant("2026-03-29T03:30", "Europe/Berlin")


def test_a_turn_beyond_the_calendar_never_begins() -> None:
    assert Rotation(zoned("2026-03-01T02:00", "UTC"), 1e12, ("1", "2")).began(1) == math.inf
