"""[oncall]: a rotation with unknown people, overrides that contradict each other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot import redact
from bot.oncall import Shift
from tests.config.files import ENVIRON, changed, load, problems

ROTATION = '[oncall.rotation]\nstart = "2026-11-23T09:00"\nevery = "7d"\npeople = ["5", "6"]\n'
OVERRIDE = '[[oncall.overrides]]\nperson = "{}"\nfrom = "{}"\nuntil = "{}"\n'


def file(*tables: str, zone: str = "Asia/Seoul") -> str:
    return changed(("[discord]", f'timezone = "{zone}"\n[discord]'), ("[roles]", "".join(tables) + "[roles]"))


def test_overrides_are_read_in_the_configured_zone(tmp_path: Path) -> None:
    found = load(tmp_path, file(ROTATION, OVERRIDE.format("7", "2026-12-24T09:00", "2026-12-26T09:00"))).oncall
    began, ended = (datetime.fromisoformat(f"2026-12-{day}T09:00+09:00").timestamp() for day in (24, 26))
    assert found.overrides == (Shift("7", began, ended),)
    assert found.now(began) == ("7",)
    assert found.now(ended) == ("5",)


@pytest.mark.parametrize("person", ["haneul", "@5", "", "1 2"])
def test_a_person_must_be_an_id(tmp_path: Path, person: str) -> None:
    override = OVERRIDE.format(person, "2026-12-24T09:00", "2026-12-26T09:00")
    (line,) = problems(tmp_path, file(override))
    assert line.startswith("oncall.overrides[0].person: ")
    assert "is not an id" in line
    (line,) = problems(tmp_path, file(ROTATION.replace('"6"', f'"{person}"')))
    assert line.startswith("oncall.rotation.people[1]: ")


def test_overrides_that_overlap_are_one_line(tmp_path: Path) -> None:
    two = OVERRIDE.format("7", "2026-12-24T09:00", "2026-12-26T09:00")
    three = OVERRIDE.format("8", "2026-12-25T09:00", "2026-12-27T09:00")
    (line,) = problems(tmp_path, file(two, three))
    assert line == "oncall.overrides[1]: overlaps oncall.overrides[0]; only one person is on call"


def test_overrides_that_touch_do_not_overlap(tmp_path: Path) -> None:
    two = OVERRIDE.format("7", "2026-12-24T09:00", "2026-12-26T09:00")
    three = OVERRIDE.format("8", "2026-12-26T09:00", "2026-12-27T09:00")
    assert problems(tmp_path, file(two, three)) == ()


def test_an_override_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, file(OVERRIDE.format("7", "2026-12-24T09:00", "2026-12-24T09:00")))
    assert line == "oncall.overrides[0].until: must be later than from"


def test_a_date_that_is_none_names_its_key(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, file(OVERRIDE.format("7", "christmas", "2026-12-24T09:00")))
    assert line.startswith('oncall.overrides[0].from: "christmas" is not a date and time')


def test_everybody_whom_the_file_names_is_known(tmp_path: Path) -> None:
    found = load(tmp_path, file(ROTATION, OVERRIDE.format("7", "2026-12-24T09:00", "2026-12-26T09:00")))
    assert found.people == ("5", "6", "7")


CALENDAR = '[oncall.calendar]\nurl = "{}"\n'
SECRET = '[oncall.calendar]\nurl_secret = "ONCALL_CALENDAR_URL"\n'
PLACE = "oncall.calendar"


def test_a_calendar_names_people_as_the_file_says(tmp_path: Path) -> None:
    people = '[people."5"]\ncalendar = ["Haneul Kim", "haneul@example.org"]\n'
    found = load(tmp_path, file(CALENDAR.format("https://example.org/x.ics"), people))
    assert found.calendar is not None
    assert found.calendar.address() == "https://example.org/x.ics"
    assert found.calendar.names.user("on call: haneul kim") == "5"
    assert found.oncall.calendar == ()


def test_its_address_may_be_a_secret_that_is_shown_nowhere(tmp_path: Path) -> None:
    address = "https://example.org/private-4711/x.ics"
    found = load(tmp_path, file(SECRET), {**ENVIRON, "ONCALL_CALENDAR_URL": address})
    assert found.calendar is not None
    assert found.calendar.address() == address
    assert "4711" not in repr(found)
    assert "4711" not in redact.clean(f"GET {address}")


@pytest.mark.parametrize(
    "address", ["http://example.org/private-4711", "webcal://example.org/private-4711", "private-4711"]
)
def test_a_secret_that_is_no_safe_address_is_refused_without_being_repeated(tmp_path: Path, address: str) -> None:
    (line,) = problems(tmp_path, file(SECRET), {**ENVIRON, "ONCALL_CALENDAR_URL": address})
    assert line.startswith(f"{PLACE}.url_secret: the value of ONCALL_CALENDAR_URL must ")
    assert "4711" not in line


def test_a_secret_without_a_value_is_one_line(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, file(SECRET))
    assert line.startswith(f"{PLACE}.url_secret: secret ONCALL_CALENDAR_URL has no value")


@pytest.mark.parametrize("address", ["http://example.org/x.ics", "ftp://example.org/x.ics"])
def test_only_https_or_loopback_is_read(tmp_path: Path, address: str) -> None:
    (line,) = problems(tmp_path, file(CALENDAR.format(address)))
    assert line.startswith(f"{PLACE}.url: must ")
    assert problems(tmp_path, file(CALENDAR.format("http://127.0.0.1:8000/x.ics"))) == ()


def test_a_rotation_and_a_calendar_are_one_too_many(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, file(ROTATION, CALENDAR.format("https://example.org/x.ics")))
    assert line == f"{PLACE}: there is [oncall.rotation] too; take one of them out"


@pytest.mark.parametrize(
    "table", ["[oncall.calendar]\n", CALENDAR.format("https://example.org/x") + 'url_secret = "A_URL"\n']
)
def test_one_address_is_needed_and_only_one(tmp_path: Path, table: str) -> None:
    (line,) = problems(tmp_path, file(table), {**ENVIRON, "A_URL": "https://example.org/x"})
    assert line == f"{PLACE}: write either url, or url_secret with the name of a secret"


def test_one_name_of_two_people_is_refused(tmp_path: Path) -> None:
    people = '[people."5"]\ncalendar = ["Kim"]\n[people."6"]\ncalendar = ["KIM "]\n'
    (line,) = problems(tmp_path, file(CALENDAR.format("https://example.org/x.ics"), people))
    assert line.endswith('calendar[0]: "KIM " is 5 already; one name, one person')


def test_a_group_of_two_on_call_cannot_be_met_by_a_calendar(tmp_path: Path) -> None:
    text = file(CALENDAR.format("https://example.org/x.ics"))
    one = 'groups = [{ roles = ["approver"] }]'
    assert problems(tmp_path, text.replace(one, "groups = [{ oncall = true }]")) == ()
    (line,) = problems(tmp_path, text.replace(one, "groups = [{ oncall = true, count = 2 }]"))
    assert "but the calendar puts one on call at a time" in line
