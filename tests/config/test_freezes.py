"""``[[freeze]]``: what is refused, with the key and what to write; and which targets the rest closes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Target
from tests.config.files import GOOD, load, problems

PROD, STAGING = Target("ai-server", "prod"), Target("ai-server", "staging")


def table(text: str) -> str:
    return f"[[freeze]]\n{text}\n"


WEEKEND = table('envs = ["prod"]\nweekly = ["Fri 18:00 - Mon 09:00"]\nreason = "week-end"')


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        (table('weekly = ["Fry 18:00 - Mon 09:00"]'), "freeze[0].weekly[0]", 'did you mean "Fri"?'),
        (table('weekly = ["Xyz 18:00 - Mon 09:00"]'), "freeze[0].weekly[0]", "Mon, Tue"),
        (table('weekly = ["Friday"]'), "freeze[0].weekly[0]", "Fri 18:00 - Mon 09:00"),
        (table('weekly = ["Mon 09:00 - Mon 09:00"]'), "freeze[0].weekly[0]", "is empty"),
        (table('weekly = ["Fri 18:00 - Mon 09:00"]\ntimezone = "Asia/Soul"'), "freeze[0].timezone", "Asia/Seoul"),
        (WEEKEND.replace('"prod"', '"prd"'), "freeze[0].envs", 'did you mean "prod"?'),
        (WEEKEND.replace("envs", "services").replace('"prod"', '"ai"'), "freeze[0].services", "ai-server"),
        (table('from = "2026-12-24T18:00"'), "freeze[0]", "until is missing"),
        (table('until = "2026-12-24T18:00"'), "freeze[0]", "from is missing"),
        (table('from = "2026-12-24"\nuntil = "2026-12-24"'), "freeze[0].until", "is not after"),
        (table('from = "2026-12-24"\nuntil = "2026-12-01"'), "freeze[0].until", "is not after"),
        (table('from = "christmas"\nuntil = "2026-12-24"'), "freeze[0].from", "is not a date and time"),
        (table('reason = "never"'), "freeze[0]", "write either weekly"),
        (WEEKEND + 'from = "2026-12-24"\nuntil = "2026-12-25"', "freeze[0]", "write either weekly"),
        (table('weekley = ["Fri 18:00 - Mon 09:00"]'), "freeze[0].weekley", 'did you mean "weekly"?'),
        ("freeze = 1\n" + GOOD, "freeze", "must be a list"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, text: str, key: str, said: str) -> None:
    lines = problems(tmp_path, text if GOOD in text else GOOD + text)
    assert [line for line in lines if line.startswith(f"{key}: ") and said in line], lines


@pytest.mark.parametrize(
    "text",
    [
        table('weekly = ["Fri 18:00 - Mon 09:00", "Sat 10:00 - Sat 11:00"]'),
        table('weekly = ["Sun 22:00 - Tue 09:00", "Mon 10:00 - Mon 11:00"]'),
        WEEKEND + table('weekly = ["Sun 00:00 - Sun 24:00"]'),
        table('from = "2026-12-24"\nuntil = "2026-12-26"') + table('from = "2026-12-25"\nuntil = "2026-12-28"'),
        table('weekly = ["Mon 09:00 - Tue 09:00"]\ntimezone = "Asia/Seoul"')
        + table('weekly = ["Mon 03:00 - Mon 04:00"]\ntimezone = "Europe/Berlin"'),
    ],
)
def test_freezes_of_one_target_that_overlap_are_refused(tmp_path: Path, text: str) -> None:
    (line,) = problems(tmp_path, GOOD + text)
    assert "overlaps" in line
    assert "ai-server/prod" in line


@pytest.mark.parametrize(
    "text",
    [
        WEEKEND + WEEKEND.replace("prod", "staging"),
        table('weekly = ["Fri 18:00 - Sat 24:00", "Sun 00:00 - Mon 09:00"]'),
        WEEKEND + table('from = "2026-12-24"\nuntil = "2027-01-02"\nreason = "holidays"'),
        table('from = "2026-12-24"\nuntil = "2026-12-26"') + table('from = "2026-12-26"\nuntil = "2026-12-28"'),
    ],
)
def test_other_targets_touching_ranges_and_a_holiday_over_a_week_end_are_no_contradiction(
    tmp_path: Path, text: str
) -> None:
    assert problems(tmp_path, GOOD + text) == ()


def test_a_freeze_closes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD + WEEKEND).targets
    assert [window.reason for window in found[PROD].windows] == ["week-end"]
    assert found[STAGING].windows == ()


def test_a_freeze_that_names_nothing_closes_everything_in_the_files_time_zone(tmp_path: Path) -> None:
    everything = WEEKEND.replace('envs = ["prod"]\n', "")
    found = load(tmp_path, 'timezone = "Asia/Seoul"\n' + GOOD + everything).targets
    assert [window.zone for spec in found.values() for window in spec.windows] == ["Asia/Seoul"] * 2


def test_dates_are_read_as_toml_writes_them_too(tmp_path: Path) -> None:
    bare = load(tmp_path, GOOD + table("from = 2026-12-24T18:00:00\nuntil = 2027-01-02")).targets
    text = load(tmp_path, GOOD + table('from = "2026-12-24T18:00"\nuntil = "2027-01-02"')).targets
    assert bare[PROD].windows[0].dated == text[PROD].windows[0].dated


def test_explain_names_the_line_that_closes_a_target(tmp_path: Path) -> None:
    rows = load(tmp_path, GOOD + WEEKEND).effective[PROD]
    assert [(row.value, row.source) for row in rows if row.key == "freeze"] == [
        ('"Fri 18:00 - Mon 09:00" UTC', "freeze[0].weekly[0]")
    ]
