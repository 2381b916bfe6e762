"""What a calendar says becomes shifts: recurring, moved and excluded ones, in its own time zones; bombs are bounded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.duty.calendar import feed
from tests.duty.ics import BERLIN, calendar, event

BEGIN, END = "2026-03-01T00:00+00:00", "2026-05-01T00:00+00:00"


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


async def shifts(
    *parts: str, begin: str = BEGIN, end: str = END, zone: str = "Asia/Seoul", head: str = ""
) -> list[str]:
    """Each as ``since … until name`` in UTC."""
    found = await feed.expand(calendar(*parts, head=head), at(BEGIN), at(END), zone)
    return [f"{told(since)} {told(until)} {text.splitlines()[0]}" for since, until, text in found.shifts]


def told(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%m-%dT%H:%M")


async def test_a_weekly_event_keeps_its_local_hour_when_the_clocks_go_forward() -> None:
    weekly = event(
        "minsu",
        ";TZID=Europe/Berlin:20260323T090000",
        ";TZID=Europe/Berlin:20260323T170000",
        "RRULE:FREQ=WEEKLY;COUNT=2",
    )
    assert await shifts(BERLIN, weekly) == ["03-23T08:00 03-23T16:00 minsu", "03-30T07:00 03-30T15:00 minsu"]


async def test_a_day_is_excluded_and_another_one_moved() -> None:
    daily = event(
        "minsu",
        ":20260401T000000Z",
        ":20260401T120000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
        "EXDATE:20260402T000000Z",
        uid="u",
    )
    moved = event("sora", ":20260403T060000Z", ":20260403T070000Z", "RECURRENCE-ID:20260403T000000Z", uid="u")
    assert await shifts(daily, moved) == ["04-01T00:00 04-01T12:00 minsu", "04-03T06:00 04-03T07:00 sora"]


@pytest.mark.parametrize(
    ("zone", "since"),
    [("Asia/Seoul", "03-31T15:00"), ("Europe/Berlin", "03-31T22:00"), ("America/New_York", "04-01T04:00")],
)
async def test_whole_days_and_times_without_a_zone_are_local(zone: str, since: str) -> None:
    days = event("minsu", ";VALUE=DATE:20260401", ";VALUE=DATE:20260403")
    local = event("sora", ":20260401T000000", ":20260401T010000")
    found = await shifts(days, local, zone=zone)
    assert sorted(line[:11] for line in found) == [since, since]
    assert any(line.endswith("minsu") and line[6:11] == line[18:23] for line in found)


async def test_the_calendars_own_zone_is_heeded() -> None:
    head = "X-WR-TIMEZONE:Europe/Berlin"
    found = await shifts(event("minsu", ":20260401T060000Z", ":20260401T070000Z"), head=head)
    assert found == ["04-01T06:00 04-01T07:00 minsu"]


async def test_what_began_before_the_window_still_holds() -> None:
    long = event("minsu", ":20260101T000000Z", ":20261231T000000Z")
    assert await shifts(long) == ["01-01T00:00 12-31T00:00 minsu"]


async def test_cancelled_and_empty_events_are_nobodys() -> None:
    gone = event("minsu", ":20260401T000000Z", ":20260402T000000Z", "STATUS:CANCELLED")
    empty = event("sora", ":20260401T000000Z", ":20260401T000000Z")
    assert await shifts(gone, empty) == []


SIXTY = ",".join(map(str, range(60)))
RULES = {
    "every second": "FREQ=SECONDLY",
    "every minute": "FREQ=MINUTELY;INTERVAL=1",
    "no interval": "FREQ=MONTHLY;INTERVAL=0;BYHOUR=0;BYDAY=MO",
    "a cross product": f"FREQ=YEARLY;BYSECOND={SIXTY};BYMINUTE={SIXTY}",
    "no frequency": "FREQ=SOMETIMES",
}
BROKEN = {
    **{name: event("x", ":20260401T000000Z", ":20260401T000100Z", f"RRULE:{rule}") for name, rule in RULES.items()},
    "no date": event("x", ":never", ":20260401T000100Z"),
    "no start": "BEGIN:VEVENT\nUID:y\nSUMMARY:x\nEND:VEVENT",
}
TWELVE = "BYHOUR=1,2,3,4,5,6,7,8,9,10,11,12"


@pytest.mark.parametrize("bad", BROKEN.values(), ids=BROKEN)
async def test_a_broken_event_or_one_that_repeats_for_ever_costs_only_itself(bad: str) -> None:
    good = event("minsu", ":20260401T000000Z", ":20260402T000000Z", uid="good")
    found = await feed.expand(calendar(bad, good), at(BEGIN), at(END), "UTC")
    assert [text.splitlines()[0] for _, _, text in found.shifts] == ["minsu"]
    assert found.broken == 1


async def test_what_takes_too_long_all_the_same_is_killed() -> None:
    """Each is sound by itself; it is the number that makes it long."""
    rule = f"RRULE:FREQ=DAILY;{TWELVE}"
    slow = [event(f"x{n}", ":19000101T000000Z", ":19000101T000100Z", rule) for n in range(3000)]
    with pytest.raises(feed.Unread, match="too_slow"):
        await feed.expand(calendar(*slow), at(BEGIN), at(END), "UTC", seconds=1)


async def test_thousands_of_occurrences_are_cut() -> None:
    rule = f"RRULE:FREQ=DAILY;{TWELVE};BYMINUTE=0,10,20,30,40,50"
    many = event("minsu", ":20260301T000000Z", ":20260301T000100Z", rule)
    found = await feed.expand(calendar(many), at(BEGIN), at(END), "UTC")
    assert len(found.shifts) == 2000
