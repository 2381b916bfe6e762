"""The calendar closes by the clock on the wall, through short and long days; it never closes for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Window
from bot.windows import CONFIGURED, WEEK, NotARange, frozen, instant, spans, week_range

SEOUL, BERLIN, NEW_YORK = "Asia/Seoul", "Europe/Berlin", "America/New_York"
ZONES = (SEOUL, BERLIN, NEW_YORK)
WEEKEND = "Fri 18:00 - Mon 09:00"
HOUR = 3600.0


def weekly(*texts: str, zone: str = SEOUL) -> Window:
    return Window(zone, "week-end", tuple(week_range(text) for text in texts))


def at(text: str, zone: str = SEOUL, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def closed(window: Window, text: str, fold: int = 0) -> bool:
    return bool(frozen((window,), at(text, window.zone, fold)))


@pytest.mark.parametrize("zone", ZONES)
def test_a_week_end_begins_on_friday_evening_and_ends_on_monday_morning(zone: str) -> None:
    window = weekly(WEEKEND, zone=zone)
    told = [
        closed(window, moment)
        for moment in (
            *("2026-11-20T17:59:59", "2026-11-20T18:00", "2026-11-22T12:00"),
            *("2026-11-23T08:59:59", "2026-11-23T09:00", "2026-11-25T12:00"),
        )
    ]
    assert told == [False, True, True, True, False, False]


def test_a_freeze_says_until_when_and_why_and_that_nobody_typed_it() -> None:
    (found,) = frozen((weekly(WEEKEND),), at("2026-11-22T12:00"))
    assert (found.until, found.reason, found.owner) == (at("2026-11-23T09:00"), "week-end", CONFIGURED)


@pytest.mark.parametrize(
    ("zone", "short", "long"),
    [(BERLIN, "2026-03-29", "2026-10-25"), (NEW_YORK, "2026-03-08", "2026-11-01"), (SEOUL, None, None)],
)
def test_a_day_of_23_or_25_hours_is_a_day(zone: str, short: str | None, long: str | None) -> None:
    window = weekly("Sun 00:00 - Sun 24:00", zone=zone)
    for day, hours in ((short, 23), (long, 25), ("2026-06-07", 24)):
        if day:
            begin = at(f"{day}T00:00", zone)
            assert frozen((window,), begin)[0].until == begin + hours * HOUR
            assert not frozen((window,), begin - 1)
            assert not frozen((window,), begin + hours * HOUR)


def test_a_window_that_ends_in_the_skipped_hour_ends_with_the_jump() -> None:
    """2026-03-29 in Berlin: 01:59:59 is followed by 03:00:00, so 02:30 never stands on the wall."""
    window = weekly("Sat 22:00 - Sun 02:30", zone=BERLIN)
    assert closed(window, "2026-03-29T01:59:59")
    assert not closed(window, "2026-03-29T03:00:00")
    assert frozen((window,), at("2026-03-29T01:00", BERLIN))[0].until == at("2026-03-29T03:00", BERLIN)


def test_a_window_that_begins_in_the_skipped_hour_begins_with_the_jump() -> None:
    window = weekly("Sun 02:30 - Sun 06:00", zone=BERLIN)
    assert not closed(window, "2026-03-29T01:59:59")
    assert closed(window, "2026-03-29T03:00:00")


def test_an_hour_that_comes_twice_is_closed_both_times() -> None:
    """2026-10-25 in Berlin: 02:00 to 03:00 comes twice."""
    until = weekly("Sat 22:00 - Sun 02:30", zone=BERLIN)
    assert [closed(until, "2026-10-25T02:29:59", fold) for fold in (0, 1)] == [True, True]
    assert [closed(until, "2026-10-25T02:45:00", fold) for fold in (0, 1)] == [True, False]
    since = weekly("Sun 02:30 - Sun 06:00", zone=BERLIN)
    assert [closed(since, "2026-10-25T02:29:59", fold) for fold in (0, 1)] == [False, True]


def test_a_dated_freeze_is_that_time_alone() -> None:
    window = Window(SEOUL, "holidays", dated=(at("2026-12-24T18:00"), at("2027-01-02T09:00")))
    told = [closed(window, moment) for moment in ("2026-12-24T17:59", "2026-12-24T18:00", "2027-01-02T09:00")]
    assert told == [False, True, False]


def test_what_follows_without_a_gap_is_one_freeze_to_its_last_end() -> None:
    week_end = weekly("Fri 18:00 - Sat 24:00", "Sun 00:00 - Mon 09:00")
    monday = Window(SEOUL, "holiday", dated=(at("2026-11-23T08:00"), at("2026-11-23T20:00")))
    assert frozen((week_end, monday), at("2026-11-21T12:00"))[0].until == at("2026-11-23T20:00")


def test_windows_that_leave_no_gap_at_all_still_give_an_answer() -> None:
    always = weekly("Mon 00:00 - Thu 00:00", "Thu 00:00 - Mon 00:00")
    (found,) = frozen((always,), at("2026-11-20T12:00"))
    assert found.until is not None
    assert found.until > at("2027-01-01T00:00")


def test_nothing_configured_closes_nothing() -> None:
    assert frozen((), 0.0) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (WEEKEND, (4 * 1440 + 1080, 3 * 1440 - 540)),
        ("friday 18:00 until MONDAY 9:00", (4 * 1440 + 1080, 3 * 1440 - 540)),
        ("Sun 22:00 - Sun 24:00", (6 * 1440 + 1320, 120)),
        ("Sun 24:00 - Mon 01:00", (0, 60)),
        ("Tue 09:00 - Mon 09:00", (1440 + 540, 6 * 1440)),
    ],
)
def test_a_range_is_read_as_people_write_it(text: str, found: tuple[int, int]) -> None:
    assert week_range(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("", "Fri - Mon", "Fri 18:00", "Fri 25:00 - Mon 09:00", "Fri 10:60 - Mon 09:00", "Fri 24:01 - Sat 09:00"),
        *("Fry 18:00 - Mon 09:00", "Mon 09:00 - Mon 09:00", "Mon 00:00 - Sun 24:00", "18:00 - 09:00", "Fri 18 - Mon 9"),
    ],
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(NotARange):
        week_range(text)


MINUTES = st.integers(0, WEEK - 1)
MOMENTS = st.integers(int(at("2026-01-01T00:00")), int(at("2028-01-01T00:00")))


@given(MINUTES, st.integers(1, WEEK - 1), st.sampled_from(ZONES), MOMENTS)
def test_what_is_closed_is_what_the_wall_clock_says(start: int, length: int, zone: str, moment: int) -> None:
    """Two hours away from every change of the clocks the rule is: the local minute of the week lies in the range."""
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    around = [local + timedelta(hours=hours) for hours in (-3, 3)]
    if around[0].utcoffset() != around[1].utcoffset():
        return
    minute = local.weekday() * 1440 + local.hour * 60 + local.minute
    window = Window(zone, "", ((start, length),))
    assert bool(frozen((window,), moment)) is ((minute - start) % WEEK < length)


@given(MINUTES, st.integers(1, WEEK - 1), st.sampled_from(ZONES), MOMENTS)
def test_every_window_ends_after_it_began_and_within_a_week_and_an_hour(
    start: int, length: int, zone: str, moment: int
) -> None:
    for begin, end in spans(Window(zone, "", ((start, length),)), moment):
        assert -HOUR <= end - begin - length * 60 <= HOUR
        assert end >= begin


@given(st.sampled_from(ZONES), MOMENTS, st.booleans())
def test_a_wall_clock_time_that_exists_reads_back(zone: str, moment: int, last: bool) -> None:
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    found = instant(local.replace(tzinfo=None, fold=0), zone, last=last)
    assert abs(found - moment) in (0.0, HOUR)
    assert datetime.fromtimestamp(found, ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local.replace(
        tzinfo=None, fold=0
    )
