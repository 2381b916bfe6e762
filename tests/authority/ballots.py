"""Every vote that the model and the product are asked about, and both their answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations, product
from typing import TypeVar

from bot.model import (
    Approval,
    Choice,
    Group,
    Person,
    Vote,
    VoteSource,
)
from bot.policy import Background, count
from tests.authority import model

T = TypeVar("T")
GROUPS = (
    (model.Group(frozenset({"approver"}), on_call=False, seats=1),),
    (model.Group(frozenset({"approver"}), on_call=True, seats=1),),
    (model.Group(model.NOBODY, on_call=True, seats=1),),
    (model.Group(frozenset({"approver"}), on_call=False, seats=2),),
    (model.Group(frozenset({"approver"}), on_call=False, seats=1), model.Group(frozenset({"oncall"}), False, 1)),
    (model.Group(frozenset({"approver", "oncall"}), False, 1), model.Group(frozenset({"approver"}), False, 1)),
    (model.Group(frozenset({"approver"}), False, 2), model.Group(model.NOBODY, on_call=True, seats=1)),
)


def subsets(words: Sequence[str]) -> list[model.Roles]:
    found = chain.from_iterable(combinations(words, size) for size in range(len(words) + 1))
    return [frozenset(one) for one in found]


def some(every: Iterable[T], scale: int, seed: int) -> Iterator[T]:
    """All of them in ``make chaos``, a seeded hundredth in ``make test``."""
    chance = random.Random(seed)
    return (one for one in every if scale > 1 or chance.random() < 0.01)


def differences(
    cases: Iterable[T], says: Callable[[T], object], should: Callable[[T], object]
) -> tuple[int, list[str]]:
    """(how many cases, the first few in which the product says something else)."""
    tried, wrong = 0, []
    for case in cases:
        tried += 1
        if says(case) != should(case) and len(wrong) < 5:
            wrong.append(f"{case}: the product says {says(case)}, the model {should(case)}")
    return tried, wrong


Ballot = tuple[model.Request, tuple[model.Voter, ...]]
PEOPLE = ("requester", "anna", "bert")


def voters() -> list[model.Voter]:
    """roles × membership × whose account × choice × on call × age × authorship, as one vote each."""
    found = []
    for roles, there, person, yes, on_call, new, git in product(
        subsets(("approver", "oncall")),
        ("member", "bot", "gone"),
        PEOPLE,
        (True, False),
        (False, True),
        (model.NOBODY, frozenset({"approver"}), frozenset({"approver", "oncall"})),
        (model.NOBODY, frozenset({"writes"}), frozenset({"reads"})),
    ):
        if (git and new) or not new <= roles:
            continue
        found.append(
            model.Voter(
                "", person, yes, roles, member=there != "gone", bot=there == "bot", on_call=on_call, new=new, git=git
            )
        )
    return found


def requests() -> Iterator[model.Request]:
    for groups in GROUPS:
        yield model.Request("requester", groups, frozenset({"oncall"}))
        yield model.Request("requester", groups, frozenset({"oncall"}), cooloff=True)
        yield model.Request("requester", groups, frozenset({"oncall"}), cooloff=True, ages_known=False)
        for authors in (frozenset({"writes"}), frozenset({"somebody"}), None):
            yield model.Request("requester", groups, authors_count=False, authors=authors)


def ballots(scale: int) -> Iterator[Ballot]:
    """Every vote alone under every request; then every pair of votes, under a request of the pair's own."""
    chance = random.Random(2)
    for request, one in some(product(ASKS, VOTERS), scale, 3):
        yield request, accounts_of((one,))
    for pair in some(product(VOTERS, VOTERS), scale, 4):
        yield chance.choice(ASKS), accounts_of(pair)


def accounts_of(cast: tuple[model.Voter, ...]) -> tuple[model.Voter, ...]:
    """Each vote comes from an account of its own; the accounts of a person are linked, and git knows the person."""
    git = {voter.person: voter.git for voter in reversed(cast)}
    named = (voter._replace(account=f"{voter.person}{n}", git=git[voter.person]) for n, voter in enumerate(cast))
    return tuple(named)


def product_count(case: Ballot) -> model.Judged:
    """The same request, in the product's own nouns."""
    request, cast = case
    accounts = {who: frozenset(one.account for one in cast if one.person == who) for who in PEOPLE}
    accounts["requester"] |= {"requester"}
    people = {one.account: _person(one) if one.member else None for one in cast}
    git = {account: one.git for one in cast for account in accounts[one.person] if one.git}
    linked = {account: those - {account} for those in accounts.values() for account in those}
    known = Background(
        {one.account: one.new for one in cast} if request.ages_known else None,
        request.authors,
        {**git, **({"elsewhere": request.others_git} if request.others_git else {})},
    )
    votes = [_vote(one, n) for n, one in enumerate(cast)]
    on_call = frozenset(one.account for one in cast if one.on_call)
    tally = count(votes, people, approval_of(request), "requester", on_call, request.oncall, linked, known)
    counted = tuple(vote.user for vote in tally.votes if vote.counts is None)
    outcome = "approved" if tally.met else "waiting"
    if tally.cancelled_by_requester or tally.rejected_by:
        outcome = "cancelled" if tally.cancelled_by_requester else "rejected"
    return model.Judged(counted, tally.have, tally.need, outcome)


def approval_of(request: model.Request) -> Approval:
    groups = tuple(Group(tuple(sorted(one.roles)), one.on_call, one.seats) for one in request.groups)
    return Approval(groups, cooloff=600.0 if request.cooloff else None, authors=request.authors_count)


def _person(one: model.Voter) -> Person:
    return Person(one.account, one.account, one.roles, bot=one.bot)


def _vote(one: model.Voter, n: int) -> Vote:
    source = (VoteSource.REACTION, VoteSource.BUTTON)[n % 2]
    return Vote("m", one.account, one.account, Choice.APPROVE if one.yes else Choice.REJECT, source, float(n))


def model_count(case: Ballot) -> model.Judged:
    return model.judge(*case)


VOTERS, ASKS = voters(), list(requests())
