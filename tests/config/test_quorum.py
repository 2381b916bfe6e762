"""An approval that nobody could ever give is found when the file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Target
from tests.config.files import PROD, changed, load, problems

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


NO_AUTHORS = 'authors = false\ngroups = [{ roles = ["approver"] }]'
PERSON = '[people."7"]\ngit = ["Haneul@Example.org"]\n'


def test_where_no_author_may_approve_somebody_must_be_linked_to_git(tmp_path: Path) -> None:
    (line,) = found(tmp_path, NO_AUTHORS)
    assert line.startswith(f"{PROD}.policy.approve.authors: nobody can meet it while nobody is linked to git")
    assert found(tmp_path, NO_AUTHORS, PERSON) == ()


def test_a_git_name_belongs_to_one_person(tmp_path: Path) -> None:
    other = '[people."8"]\ngit = ["haneul@example.org"]\n'
    (line,) = found(tmp_path, 'groups = [{ roles = ["approver"] }]', PERSON + other)
    assert line == 'people.8.git: "haneul@example.org" is said of two people'
    same = '[people."8"]\ngit = ["haneul@example.org"]\nalso = ["7"]\n'
    assert found(tmp_path, 'groups = [{ roles = ["approver"] }]', PERSON + same) == ()


def test_every_account_of_a_person_is_known_by_every_name(tmp_path: Path) -> None:
    text = changed(("[roles]", '[people."7"]\ngit = ["A@x"]\nalso = ["8"]\n[people."8"]\ngit = ["b"]\n[roles]'))
    assert load(tmp_path, text).git == dict.fromkeys("78", frozenset({"a@x", "b"}))


def test_a_cool_off_that_discord_forgets_is_refused(tmp_path: Path) -> None:
    (line,) = found(tmp_path, 'cooloff = "46d"\ngroups = [{ roles = ["approver"] }]')
    assert line.endswith("must be at most 45d: Discord's audit log goes back no further")


def test_both_reach_the_policy(tmp_path: Path) -> None:
    text = changed(("groups = [", 'cooloff = "24h"\nauthors = false\ngroups = ['), ("[roles]", f"{PERSON}[roles]"))
    approve = load(tmp_path, text).targets[Target("ai-server", "prod")].policy.approve
    assert approve is not None
    assert (approve.cooloff, approve.authors) == (86_400.0, False)
