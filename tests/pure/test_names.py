"""Whom an event of the calendar names."""

from __future__ import annotations

import unicodedata

import pytest

from bot.oncall import Names, Shift
from bot.oncall.names import folded

HANEUL, HA, MINSU = "100000000000000001", "100000000000000002", "100000000000000003"
WRITTEN = {"Haneul Kim": HANEUL, "haneul@example.org": HANEUL, "김하": HA, "김하늘": HANEUL, "Min": MINSU}
NAMES = Names({folded(name): user for name, user in WRITTEN.items()})


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("On call: HANEUL  kim", HANEUL),
        ("mailto:Haneul@Example.org", HANEUL),
        ("김하늘님 온콜", HANEUL),
        ("김하가 온콜", HA),
        (unicodedata.normalize("NFD", "김하늘 온콜"), HANEUL),
        (f"on call\n<@{MINSU}>", MINSU),
        (f"{HA} instead of Haneul Kim", HA),
        ("Minsu is away", None),
        ("admin", None),
        ("1000000000000000010000", None),
        ("on call", None),
        ("", None),
    ],
)
def test_a_name_is_found_whole_and_the_longer_of_two_wins(text: str, user: str | None) -> None:
    assert NAMES.user(text) == user


def test_events_that_name_nobody_are_counted() -> None:
    assert NAMES.shifts([(1.0, 2.0, "Min"), (2.0, 3.0, "holiday")]) == ((Shift(MINSU, 1.0, 2.0),), 1)
