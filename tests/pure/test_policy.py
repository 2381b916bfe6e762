"""Who may, and whose vote fills a seat."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Approval, Choice, Group, Kind, Order, Person, Policy, Target, Vote, VoteSource
from bot.policy import REASON, Relation, Verb, count, countersigners, may, says_why, verb_of

POLICY = Policy(deploy=("10",), rollback=("10", "30"), admin=(), oncall=("30",))
ONE = Approval((Group(("20",), oncall=True),))


def person(user: str, *roles: str, bot: bool = False) -> Person:
    return Person(user, f"name-{user}", frozenset(roles), bot=bot)


def yes(user: str, choice: Choice = Choice.APPROVE, source: VoteSource = VoteSource.REACTION) -> Vote:
    return Vote("m", user, f"name-{user}", choice, source, 0.0)


def tally(votes: list[Vote], *people: Person, approval: Approval = ONE, oncall: tuple[str, ...] = ()):
    known = {one.id: one for one in people}
    return count(votes, known, approval, "1", frozenset(oncall), frozenset({"30"}))


@pytest.mark.parametrize("verb", list(Verb))
def test_a_stranger_may_do_nothing_that_needs_a_role(verb: Verb) -> None:
    assert not may(verb, person("9", "99"), POLICY)


@pytest.mark.parametrize("verb", list(Verb))
def test_a_bot_may_do_nothing_whatever_its_roles(verb: Verb) -> None:
    assert not may(verb, person("9", "10", "20", "30", bot=True), POLICY, Relation(owner=True, oncall=True))


def test_nobody_may_freeze_where_the_admin_list_is_empty() -> None:
    assert not may(Verb.FREEZE, person("9", "10", "30"), POLICY, Relation(oncall=True))


def test_on_call_rolls_back_but_does_not_deploy() -> None:
    oncall = person("2", "30")
    assert may(Verb.ROLLBACK, oncall, POLICY)
    assert not may(Verb.DEPLOY, oncall, POLICY, Relation(oncall=True))


def test_on_call_by_rotation_alone_rolls_back_stops_and_reads_logs() -> None:
    by_turn = person("2")
    for verb in (Verb.ROLLBACK, Verb.CANCEL, Verb.LOGS, Verb.SETTLE, Verb.LOCK):
        assert may(verb, by_turn, POLICY, Relation(oncall=True)), verb
        assert not may(verb, by_turn, POLICY), verb


def test_where_the_team_took_on_call_out_of_rollback_the_rotation_does_not_bring_it_back() -> None:
    strict = Policy(deploy=("10",), rollback=("10",), oncall=("30",))
    assert not may(Verb.ROLLBACK, person("2", "30"), strict, Relation(oncall=True))


def test_an_owner_cancels_and_unlocks_without_any_role() -> None:
    for verb in (Verb.CANCEL, Verb.UNLOCK):
        assert may(verb, person("9"), POLICY, Relation(owner=True))
        assert not may(verb, person("9"), POLICY)


def test_the_requester_never_fills_a_seat_even_with_the_approver_role() -> None:
    found = tally([yes("1")], person("1", "20", "30"))
    assert (found.have, found.met, found.votes[0].counts) == (0, False, "requester")


def test_a_linked_account_of_the_requester_never_fills_a_seat() -> None:
    known = {"7": person("7", "20")}
    found = count([yes("7")], known, ONE, "1", frozenset(), frozenset({"30"}), {"1": frozenset({"7"})})
    assert (found.have, found.votes[0].counts) == (0, "requester")


@pytest.mark.parametrize(
    ("who", "reason"),
    [(person("5"), "no_role"), (person("5", "20", bot=True), "bot"), (person("5", "10"), "no_role")],
)
def test_a_vote_that_does_not_count_says_why(who: Person, reason: str) -> None:
    assert tally([yes("5")], who).votes[0].counts == reason


def test_somebody_who_left_the_guild_does_not_count() -> None:
    found = count([yes("5")], {"5": None}, ONE, "1", frozenset())
    assert found.votes[0].counts == "not_member"


def test_on_call_counts_only_where_the_group_says_so() -> None:
    without = Approval((Group(("20",), oncall=False),))
    assert tally([yes("5")], person("5", "30")).met
    assert not tally([yes("5")], person("5", "30"), approval=without).met
    assert tally([yes("5")], person("5"), oncall=("5",)).met


def test_reaction_and_button_of_one_person_fill_one_seat() -> None:
    two = Approval((Group(("20",), count=2),))
    votes = [yes("5"), yes("5", source=VoteSource.BUTTON)]
    assert tally(votes, person("5", "20"), approval=two).have == 1


def test_two_linked_accounts_of_one_approver_fill_one_seat() -> None:
    two = Approval((Group(("20",), count=2),))
    known = {one.id: one for one in (person("5", "20"), person("6", "20"))}
    linked = {"5": frozenset({"6"}), "6": frozenset({"5"})}
    found = count([yes("5"), yes("6")], known, two, "1", frozenset(), frozenset(), linked)
    assert (found.have, found.approvers) == (1, ("5",))


def test_the_requesters_no_is_a_cancel_and_an_eligible_no_a_rejection() -> None:
    votes = [yes("1", Choice.REJECT), yes("5", Choice.REJECT), yes("6", Choice.REJECT)]
    found = tally(votes, person("1", "20"), person("5", "20"), person("6"))
    assert found.cancelled_by_requester
    assert found.rejected_by == ("5",)


def naive(groups: tuple[Group, ...], people: list[Person]) -> int:
    """Try every order of people over the seats: the most seats that can be filled, one each."""
    seats = [group for group in groups for _ in range(group.count)]
    best = 0
    for order in permutations([*people, *[None] * len(seats)], len(seats)):
        best = max(best, sum(1 for seat, one in zip(seats, order, strict=True) if one and one.roles & set(seat.roles)))
    return best


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(["20", "21", "22"]), min_size=1, max_size=2), st.integers(1, 2)),
        min_size=1,
        max_size=2,
    ),
    st.lists(st.sets(st.sampled_from(["20", "21", "22"]), max_size=3), max_size=4),
)
def test_seats_are_filled_as_well_as_they_can_be(wanted: list, held: list) -> None:
    groups = tuple(Group(tuple(sorted(roles)), count=number) for roles, number in wanted)
    people = [person(str(index + 100), *roles) for index, roles in enumerate(held)]
    found = tally([yes(one.id) for one in people], *people, approval=Approval(groups))
    assert found.have == naive(groups, people)


# Break-glass


GLASS = Policy(deploy=("10",), oncall=("30",), approve=ONE, emergency=("40",), lead=("50",))


def test_only_the_roles_named_for_break_glass_open_it_and_they_open_nothing_else() -> None:
    breaker = person("2", "40")
    assert [verb for verb in Verb if may(verb, breaker, GLASS)] == [Verb.EMERGENCY]
    for other in (person("2", "10", "20", "30", "50"), person("2")):
        assert not may(Verb.EMERGENCY, other, GLASS, Relation(owner=True, oncall=True))


def test_an_empty_list_means_that_nobody_breaks_the_glass() -> None:
    assert not may(Verb.EMERGENCY, person("2", "10", "20", "30", "40"), POLICY, Relation(owner=True, oncall=True))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_break_glass_order_needs_its_own_role_and_no_other(kind: Kind) -> None:
    order = Order(kind, Target("app", "prod"), "1", "jieun")
    assert verb_of(order) is not Verb.EMERGENCY
    assert verb_of(replace(order, emergency=True)) is Verb.EMERGENCY


@given(st.text(alphabet="\u200b\u200d\u2060\u00ad", max_size=60), st.integers(0, REASON - 1))
def test_what_nobody_sees_makes_no_reason_longer(filler: str, letters: int) -> None:
    assert not says_why(filler.join("x" * letters) + filler)


@pytest.mark.parametrize(
    ("reason", "enough"),
    [
        *((None, False), ("", False), (" " * 40, False), ("a" * 19, False), ("a" * 20, True)),
        *(("a" + " " * 40 + "b", False), ("결제가 모두 실패하고 있어 기다릴 수 없음", True), ("고쳐야 함", False)),
    ],
)
def test_a_reason_has_twenty_characters_that_people_see(reason: str | None, *, enough: bool) -> None:
    assert says_why(reason) is enough


def signs(who: Person, policy: Policy = GLASS, oncall: tuple[str, ...] = ()) -> str | None:
    asked = countersigners(policy)
    return tally([yes(who.id)], who, approval=asked, oncall=oncall).votes[0].counts


def test_whoever_could_approve_or_leads_may_countersign_and_nobody_else() -> None:
    assert [signs(person("2", role)) for role in ("20", "30", "50")] == [None] * 3
    assert signs(person("2"), oncall=("2",)) is None
    assert [signs(person("2", role)) for role in ("10", "40", "99")] == ["no_role"] * 3
    assert signs(person("1", "20", "50")) == "requester"
    assert signs(person("2", "50", bot=True)) == "bot"


def test_where_nobody_is_asked_to_approve_the_lead_alone_countersigns() -> None:
    alone = replace(GLASS, approve=None)
    assert signs(person("2", "50"), alone) is None
    assert signs(person("2", "20"), alone) == "no_role"


def test_the_countersign_keeps_the_cool_off_of_the_approval() -> None:
    strict = replace(GLASS, approve=replace(ONE, cooloff=3600.0))
    assert countersigners(strict).cooloff == 3600.0
