"""Which seats are filled, of which group, and what keeps a vote from filling one: the reason stands beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Approval, Choice, Group, Person, Seats, Vote, VoteSource
from bot.policy import Background, Tally, count

APPROVER, ONCALL, DEV = "20", "30", "10"
TWO = Approval((Group((), oncall=True), Group((APPROVER,))))
HANEUL = Person("3", "haneul", frozenset({APPROVER, ONCALL}))
SORA = Person("4", "sora", frozenset({APPROVER}))
MINSU = Person("2", "minsu", frozenset({APPROVER, DEV}))
PEOPLE = {one.id: one for one in (Person("1", "jieun", frozenset({APPROVER, DEV})), MINSU, HANEUL, SORA)}
COOL = replace(TWO, cooloff=86_400.0)
STRICT = Approval((Group((APPROVER,)),), authors=False)
GIT = {"2": frozenset({"minsu@example.org"}), "3": frozenset({"haneul@example.org", "haneul"})}

NOTHING = Background()


def yes(user: str, choice: Choice = Choice.APPROVE) -> Vote:
    return Vote("m", user, user, choice, VoteSource.REACTION, 0.0)


def tally(approval: Approval, *users: str, background: Background = NOTHING, choice: Choice = Choice.APPROVE):
    votes = [yes(user, choice) for user in users]
    return count(votes, PEOPLE, approval, "1", frozenset(), frozenset({ONCALL}), {}, background)


def why(found: Tally) -> list[str | None]:
    return [vote.counts for vote in found.votes]


def test_one_person_who_fits_both_groups_leaves_the_other_open() -> None:
    found = tally(TWO, "3")
    assert (found.have, found.need, found.met) == (1, 2, False)
    assert found.groups == (Seats((), True, 1, 1), Seats((APPROVER,), False, 0, 1))


def test_somebody_who_fits_only_one_group_moves_the_other_aside() -> None:
    found = tally(TWO, "3", "4")
    assert found.met
    assert [group.have for group in found.groups] == [1, 1]


def test_two_of_one_group_leave_the_other_open() -> None:
    found = tally(TWO, "2", "4")
    assert (found.have, found.met) == (1, False)
    assert [group.have for group in found.groups] == [0, 1]


# A role that was granted a moment ago


def test_a_role_granted_within_the_cool_off_fills_no_seat() -> None:
    found = tally(COOL, "4", background=Background(fresh={"4": frozenset({APPROVER})}))
    assert (found.have, why(found)) == (0, ["new_role"])


def test_an_older_role_beside_a_new_one_still_counts_where_it_counts() -> None:
    found = tally(COOL, "3", background=Background(fresh={"3": frozenset({ONCALL})}))
    assert [group.have for group in found.groups] == [0, 1]
    assert why(found) == [None]


def test_where_the_age_of_roles_cannot_be_read_nobody_counts_by_role() -> None:
    found = tally(COOL, "2", "3", "4", background=Background(fresh=None))
    assert (found.have, set(why(found))) == (0, {"role_age_unknown"})


def test_whoever_is_on_call_by_rotation_has_no_role_that_could_be_new() -> None:
    found = count([yes("4")], PEOPLE, COOL, "1", frozenset({"4"}), frozenset({ONCALL}), {}, Background(fresh=None))
    assert [group.have for group in found.groups] == [1, 0]


def test_a_no_by_a_new_role_is_no_rejection() -> None:
    fresh = Background(fresh={"4": frozenset({APPROVER})})
    assert tally(COOL, "4", background=fresh, choice=Choice.REJECT).rejected_by == ()
    assert tally(COOL, "4", background=Background(fresh={}), choice=Choice.REJECT).rejected_by == ("4",)


# Authors of what is deployed


def test_an_author_of_a_commit_in_the_range_never_counts() -> None:
    known = Background(authors=frozenset({"minsu@example.org"}), git=GIT)
    found = tally(STRICT, "2", "3", background=known)
    assert (why(found), found.approvers) == (["author", None], ("3",))


def test_an_authors_second_account_does_not_count_either() -> None:
    known = Background(authors=frozenset({"minsu@example.org"}), git=GIT)
    linked = {"2": frozenset({"4"}), "4": frozenset({"2"})}
    found = count([yes("4")], PEOPLE, STRICT, "1", frozenset(), frozenset(), linked, known)
    assert why(found) == ["author"]


def test_while_an_author_is_unknown_nobody_counts_who_could_be_that_author() -> None:
    known = Background(authors=frozenset({"somebody@example.org"}), git=GIT)
    assert why(tally(STRICT, "4", "3", background=known)) == ["author_unlinked", None]


def test_where_every_author_is_linked_nobody_else_can_be_one() -> None:
    known = Background(authors=frozenset({"minsu@example.org"}), git=GIT)
    assert why(tally(STRICT, "4", background=known)) == [None]


def test_authors_that_cannot_be_read_leave_nobody_who_counts() -> None:
    assert why(tally(STRICT, "2", "3", "4", background=Background(git=GIT))) == ["authors_unknown"] * 3


def test_without_the_option_an_author_counts_whatever_is_known() -> None:
    free = replace(STRICT, authors=True)
    known = Background(authors=frozenset({"minsu@example.org"}), git=GIT)
    assert why(tally(free, "2", background=known)) == [None]


@pytest.mark.parametrize("approval", [COOL, STRICT])
def test_what_was_never_asked_counts_as_unreadable(approval: Approval) -> None:
    """Forgetting to hand something over must not open a door."""
    assert tally(approval, "2", "3", "4").have == 0


ROLES = st.frozensets(st.sampled_from([APPROVER, ONCALL, DEV]))
NAMES = st.frozensets(st.sampled_from(["a@x", "b@x", "c@x"]), max_size=2)


@given(
    roles=st.lists(ROLES, min_size=1, max_size=5),
    fresh=st.none() | st.lists(ROLES, min_size=5, max_size=5),
    authors=st.none() | NAMES,
    git=st.lists(NAMES, min_size=5, max_size=5),
    wanted=st.lists(st.tuples(ROLES, st.booleans(), st.integers(1, 2)), min_size=1, max_size=3),
    cooloff=st.none() | st.just(60.0),
    may_author=st.booleans(),
)
def test_bars_only_ever_take_votes_away(roles, fresh, authors, git, wanted, cooloff, may_author) -> None:
    people = {str(100 + n): Person(str(100 + n), "", held) for n, held in enumerate(roles)}
    groups = tuple(Group(tuple(sorted(some)), oncall, number) for some, oncall, number in wanted)
    ages = None if fresh is None else {user: fresh[n] for n, user in enumerate(people)}
    names = {user: git[n] for n, user in enumerate(people)}
    votes = [yes(user) for user in people]
    plain = count(votes, people, Approval(groups), "1", frozenset(), frozenset({ONCALL}))
    strict = Approval(groups, cooloff=cooloff, authors=may_author)
    found = count(votes, people, strict, "1", frozenset(), frozenset({ONCALL}), {}, Background(ages, authors, names))
    assert found.have <= plain.have
    assert set(found.approvers) <= set(plain.approvers)
    assert sum(group.have for group in found.groups) == found.have
    assert all(0 <= group.have <= group.need for group in found.groups)
    for user in found.approvers:
        assert may_author or (authors is not None and not names[user] & authors)
        old = people[user].roles - (ages or {}).get(user, frozenset()) if ages is not None else frozenset()
        wanted_roles = [{*group.roles, *([ONCALL] if group.oncall else [])} for group in groups]
        assert cooloff is None or any(old & some for some in wanted_roles)
