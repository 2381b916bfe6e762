"""[oncall]: a rotation with unknown people, overrides that contradict each other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.oncall import Shift
from tests.config.files import changed, load, problems

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
