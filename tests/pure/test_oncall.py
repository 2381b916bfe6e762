"""The rotation turns at the same local hour all year."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.oncall import OnCall, Rotation, zoned

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = 7 * 86400.0


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def rotation(*people: str) -> Rotation:
    return Rotation(zoned("2026-03-23T09:00", "Europe/Berlin"), WEEK, people)


def test_nobody_is_on_call_before_the_rotation_begins() -> None:
    assert rotation("1", "2").at(at("2026-03-23T08:59:59")) == ()


def test_the_change_stays_at_nine_when_the_clocks_go_forward_in_between() -> None:
    """2026-03-29 02:00 → 03:00 in Berlin: counted in seconds since the start, the change would slip to ten."""
    turn = rotation("1", "2", "3")
    assert turn.at(at("2026-03-30T08:59:59"))[0] == "1"
    assert turn.at(at("2026-03-30T09:00:00"))[0] == "2"


def test_after_the_last_person_it_is_the_first_ones_turn_again() -> None:
    assert rotation("1", "2").at(at("2026-04-06T09:00"))[0] == "1"


def test_a_requester_on_call_is_not_asked_to_approve_their_own_deploy() -> None:
    duty = OnCall("30", rotation("1", "2"))
    now = at("2026-03-24T12:00")
    assert duty.to_ask(now, "1") == (("2",), ())
    assert duty.to_ask(now, "9") == (("1",), ())


def test_the_role_is_asked_where_nobody_else_is_in_the_rotation() -> None:
    assert OnCall("30", rotation("1")).to_ask(at("2026-03-24T12:00"), "1") == ((), ("30",))
    assert OnCall("30").to_ask(0.0, "1") == ((), ("30",))
    assert OnCall().to_ask(0.0, "1") == ((), ())


def test_an_offset_in_the_file_beats_the_configured_zone() -> None:
    assert zoned("2026-03-23T09:00+09:00", "Europe/Berlin").utcoffset().total_seconds() == 9 * 3600
