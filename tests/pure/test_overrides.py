"""An override is somebody else for a while; the calendar and the rotation say who it is otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from math import nextafter

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Deploy, Mentions
from bot.oncall import Duty, OnCall, Rotation, Shift, Source
from bot.painter.mentions import mentions
from tests.cards.samples import a_deploy

HOUR, DAY, WEEK = 3600.0, 86400.0, 7 * 86400.0
START = datetime(2026, 3, 23, 9, tzinfo=UTC)
T = START.timestamp()
ROTATION = Rotation(START, WEEK, ("1", "2", "3"))
SHIFTS = st.builds(
    lambda user, since, length: Shift(user, T + since, T + since + length),
    st.sampled_from("1234"),
    st.floats(-DAY, 30 * DAY),
    st.floats(1, 10 * DAY),
)


def test_an_override_holds_from_its_first_second_and_not_in_its_last() -> None:
    duty = OnCall("30", ROTATION, (Shift("9", T + HOUR, T + 3 * HOUR),))
    assert [duty.now(T + hours * HOUR)[0] for hours in (0.999, 1, 2.999, 3)] == ["1", "9", "9", "1"]


def test_of_two_overrides_that_hold_the_later_one_counts_and_then_the_earlier_again() -> None:
    duty = OnCall("30", ROTATION, (Shift("8", T, T + 9 * HOUR), Shift("9", T + HOUR, T + 2 * HOUR)))
    assert [duty.now(T + hours * HOUR)[0] for hours in (0.5, 1.5, 2.5, 9.5)] == ["8", "9", "8", "1"]


def test_who_is_on_call_is_told_with_its_reason_and_its_end() -> None:
    duty = OnCall("30", ROTATION, (Shift("9", T + HOUR, T + 3 * HOUR, 7),))
    assert duty.duty(T + 2 * HOUR) == Duty("9", Source.OVERRIDE, T + HOUR, T + 3 * HOUR, 7)
    assert duty.next(T + 2 * HOUR) == Duty("1", Source.ROTATION, T + 3 * HOUR, T + WEEK)
    assert duty.duty(T + 4 * HOUR) == Duty("1", Source.ROTATION, T + 3 * HOUR, T + WEEK)
    assert duty.next(T + 4 * HOUR) == Duty("2", Source.ROTATION, T + WEEK, T + 2 * WEEK)


def test_an_override_by_the_same_person_is_no_change() -> None:
    duty = OnCall("30", ROTATION, (Shift("1", T + HOUR, T + 3 * HOUR),))
    assert duty.duty(T).until == T + WEEK
    assert duty.duty(T + 2 * HOUR).since == T


def test_one_person_alone_is_on_call_for_longer_than_anybody_planned() -> None:
    alone = OnCall("30", Rotation(START, WEEK, ("1",)))
    assert alone.duty(T + HOUR).until is None
    assert alone.next(T + HOUR) is None


def test_without_anybody_the_role_counts_and_nothing_changes() -> None:
    assert OnCall("30").duty(T) == Duty(None, Source.ROLE)
    assert OnCall("30").next(T) is None
    assert OnCall("30").to_ask(T, "1") == ((), ("30",))


def test_before_the_rotation_begins_the_role_counts_until_then() -> None:
    duty = OnCall("30", ROTATION).duty(T - HOUR)
    assert (duty.user, duty.by, duty.until) == (None, Source.ROLE, T)


def test_of_two_events_of_the_calendar_the_one_that_began_last_counts() -> None:
    calendar = (Shift("1", T, T + WEEK), Shift("2", T + DAY, T + 2 * DAY))
    duty = OnCall("30", None, (), calendar)
    assert [duty.now(T + days * DAY) for days in (0, 1.5, 3, 8)] == [("1",), ("2",), ("1",), ()]


def test_an_empty_calendar_is_not_the_rotation() -> None:
    assert OnCall("30", ROTATION, (), ()).now(T) == ()


def test_the_requester_is_never_asked_by_any_of_their_accounts() -> None:
    linked = {"1": frozenset({"2"}), "2": frozenset({"1"})}
    assert OnCall("30", ROTATION, linked=linked).to_ask(T, "1") == (("3",), ())


def test_a_requester_on_call_by_override_is_passed_over_for_the_rotation() -> None:
    duty = OnCall("30", ROTATION, (Shift("9", T, T + HOUR),))
    assert duty.to_ask(T, "9") == (("1",), ())
    assert duty.to_ask(T, "1") == (("9",), ())


def test_a_requester_on_call_by_calendar_is_passed_over_for_whoever_comes_next_there() -> None:
    duty = OnCall("30", None, (), (Shift("2", T + DAY, T + 2 * DAY), Shift("1", T, T + DAY)))
    assert duty.to_ask(T, "1") == (("2",), ())
    assert OnCall("30", None, (), (Shift("1", T, T + DAY),)).to_ask(T, "1") == ((), ("30",))


@given(st.lists(SHIFTS, max_size=5).map(tuple), st.none() | st.lists(SHIFTS, max_size=5).map(tuple), st.floats(0, 40))
def test_a_duty_is_one_person_without_a_break_and_somebody_else_before_and_after(
    overrides: tuple[Shift, ...], calendar: tuple[Shift, ...] | None, days: float
) -> None:
    oncall, at = OnCall("30", ROTATION, overrides, calendar), T + days * DAY
    duty = oncall.duty(at)
    assert oncall.now(at) == ((duty.user,) if duty.user else ())
    assert len(oncall.now(at)) <= 1
    if duty.since is not None:
        assert oncall.duty(nextafter(duty.since, 0.0)).user != duty.user
    if duty.until is not None:
        assert at < duty.until
        assert oncall.duty(duty.until).user != duty.user
        assert oncall.change(at) <= duty.until


def pinged(kind: str, oncall: OnCall, deploy: Deploy, now: float) -> Mentions:
    return mentions(kind, deploy, {}, oncall=oncall, page=True, now=now)


def test_the_person_is_pinged_first_and_the_role_after_half_the_time() -> None:
    oncall = OnCall("30", ROTATION, (Shift("9", T, T + HOUR),))
    assert pinged("card", oncall, a_deploy(), T) == Mentions(users=("9",))
    assert pinged("nudge", oncall, a_deploy(), T) == Mentions(roles=("30",))


def test_without_a_role_behind_them_the_person_is_asked_again_at_half_time() -> None:
    assert pinged("nudge", OnCall(None, ROTATION), a_deploy(), T) == Mentions(users=("1",))
