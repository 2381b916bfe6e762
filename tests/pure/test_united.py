"""What several targets ask for at once: whoever meets it meets each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Approval, Choice, Group, Person, Vote, VoteSource
from bot.seats import count, united

ROLES = ("a", "b", "c")
GROUPS = st.builds(Group, st.lists(st.sampled_from(ROLES), min_size=1, max_size=2).map(tuple), count=st.integers(1, 2))
ASKED = st.builds(Approval, st.lists(GROUPS, min_size=1, max_size=2).map(tuple))
PEOPLE = st.lists(st.frozensets(st.sampled_from(ROLES)), max_size=6)


def met(approval: Approval, roles: list[frozenset[str]]) -> bool:
    people = {str(n): Person(str(n), f"n{n}", held) for n, held in enumerate(roles)}
    votes = [Vote("m", user, user, Choice.APPROVE, VoteSource.REACTION, 0.0) for user in people]
    return count(votes, people, approval, "requester", frozenset()).met


@given(st.lists(st.none() | ASKED, max_size=3), PEOPLE)
def test_whoever_meets_all_at_once_meets_each_of_them(
    asked: list[Approval | None], roles: list[frozenset[str]]
) -> None:
    whole = united(asked)
    assert (whole is None) == (not any(asked))
    if whole is not None and met(whole, roles):
        assert all(met(one, roles) for one in asked if one)


def test_what_is_the_same_everywhere_is_asked_once_and_the_strictest_of_the_rest_counts() -> None:
    one = Approval((Group(("a", "b")),), 1800.0, cooloff=60.0, authors=True)
    two = Approval((Group(("b", "a"), count=2),), 600.0, cooloff=None, authors=False)
    whole = united([one, None, two])
    assert whole is not None
    assert (len(whole.groups), whole.groups[0].count) == (1, 2)
    assert (whole.expires, whole.cooloff, whole.authors) == (600.0, 60.0, False)
    assert united([None, one]) == one
    assert united([]) is None


def test_two_equal_groups_of_one_target_are_two_seats_in_the_set_too() -> None:
    twice, other = Approval((Group(("b",)), Group(("b",)))), Approval((Group(("a",)),))
    assert not met(united([other, twice]) or other, [frozenset({"a"}), frozenset({"b"})])
    assert met(united([other, twice]) or other, [frozenset({"a"}), frozenset({"b"}), frozenset({"b"})])
