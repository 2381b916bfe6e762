"""An approval that nobody could ever give is found when the file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.files import PROD, changed, problems

NOBODY = "nobody can meet this group"
ROTATION = '[oncall.rotation]\nstart = "2026-11-23T09:00"\nevery = "7d"\npeople = ["5", "6"]\n'


def found(folder: Path, groups: str, oncall: str = "") -> tuple[str, ...]:
    return problems(folder, changed(('groups = [{ roles = ["approver"] }]', groups), ("[roles]", f"{oncall}[roles]")))


def test_a_group_of_nobody_cannot_be_met(tmp_path: Path) -> None:
    (line,) = found(tmp_path, "groups = [{ count = 1 }]")
    assert line == f"{PROD}.policy.approve.groups[0]: {NOBODY}; name roles, or set oncall = true"


def test_on_call_without_anybody_on_call_cannot_be_met(tmp_path: Path) -> None:
    (line,) = found(tmp_path, "groups = [{ oncall = true }]")
    assert line.startswith(f"{PROD}.policy.approve.groups[0]: {NOBODY}: nobody is ever on call")


@pytest.mark.parametrize(
    "groups", ["groups = [{ oncall = true, count = 2 }]", "groups = [{ oncall = true }, { oncall = true }]"]
)
def test_two_people_on_call_are_more_than_a_rotation_has(tmp_path: Path, groups: str) -> None:
    (line,) = found(tmp_path, groups, ROTATION)
    assert f"{NOBODY}: 2 people on call are wanted, but the rotation puts one on call at a time" in line


def test_no_group_at_all_is_refused(tmp_path: Path) -> None:
    assert found(tmp_path, "groups = []") == (f"{PROD}.policy.approve.groups: must not be empty",)


@pytest.mark.parametrize(
    ("groups", "oncall"),
    [
        ("groups = [{ oncall = true }]", ROTATION),
        ("groups = [{ oncall = true, count = 2 }]", '[oncall]\nrole = "approver"\n'),
        ('groups = [{ roles = ["approver"], oncall = true, count = 2 }]', ROTATION),
    ],
)
def test_groups_that_people_can_meet_are_accepted(tmp_path: Path, groups: str, oncall: str) -> None:
    assert found(tmp_path, groups, oncall) == ()
