"""The product's pure rules against the reference model: every combination, then a million at random. No difference.

``make chaos`` tries them all; ``make test`` a seeded hundredth.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bot.errors import Refusal
from bot.gates import Holds, judge, to_unlock
from bot.model import (
    Countersign,
    Freeze,
    Kind,
    Lock,
    Order,
    Person,
    Policy,
    Target,
    Version,
)
from bot.policy import VERBS, Relation, Verb, countersigners, may, roles_for, says_why, verb_of
from tests.authority import model
from tests.authority.ballots import (
    ASKS,
    VOTERS,
    Ballot,
    accounts_of,
    approval_of,
    ballots,
    differences,
    model_count,
    product_count,
    some,
    subsets,
)

TARGET = Target("app", "prod")
ROLES = ("deployer", "approver", "oncall", "admin", "glass", "other")
POLICIES: tuple[dict[str, model.Roles], ...] = tuple(
    {"deploy": d, "rollback": r, "oncall": o, "admin": a, "emergency": g}
    for d in (frozenset({"deployer"}), model.NOBODY, frozenset({"deployer", "other"}))
    for r in (frozenset({"deployer", "oncall"}), frozenset({"deployer"}), model.NOBODY)
    for o in (frozenset({"oncall"}), model.NOBODY)
    for a, g in ((model.NOBODY, frozenset({"glass"})), (frozenset({"admin"}), model.NOBODY))
)
KINDS = {kind.value: kind for kind in Kind}


def test_the_model_shares_no_code_with_the_product() -> None:
    tree = ast.parse(Path(model.__file__).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported == {"__future__", "itertools", "typing"}


def test_the_model_knows_every_verb_and_every_kind_of_order() -> None:
    assert set(model.OPENED_BY) == {verb.value for verb in Verb}
    assert {kind: verb.value for kind, verb in VERBS.items()} == {
        KINDS[one]: verb for one, verb in model.ORDERS.items()
    }


# Verbs

Asked = tuple[str, dict[str, model.Roles], model.Roles, bool, bool, bool]


def asked() -> Iterator[Asked]:
    """verb × policy × roles × bot × own × on call: 13 × 36 × 64 × 8."""
    flags = (False, True)
    yield from product(model.OPENED_BY, POLICIES, subsets(ROLES), flags, flags, flags)


def _policy(lists: dict[str, model.Roles]) -> Policy:
    return Policy(**{name: tuple(sorted(roles)) for name, roles in lists.items()})


def product_may(case: Asked) -> bool:
    verb, lists, roles, bot, own, on_call = case
    person = Person("1", "one", roles, bot=bot)
    return may(Verb(verb), person, _policy(lists), Relation(owner=own, oncall=on_call))


def model_may(case: Asked) -> bool:
    verb, lists, roles, bot, own, on_call = case
    return model.may(verb, lists, roles, bot=bot, own=own, on_call=on_call)


@pytest.mark.chaos
def test_who_may_is_the_same_for_every_verb_role_membership_and_relation(scale: int) -> None:
    tried, wrong = differences(some(asked(), scale, 1), product_may, model_may)
    assert wrong == []
    assert tried >= (230_000 if scale > 1 else 2_000)


def test_a_refusal_names_the_roles_that_would_do() -> None:
    for verb, lists in product(model.OPENED_BY, POLICIES):
        for role in roles_for(Verb(verb), _policy(lists)):
            assert model.may(verb, lists, frozenset({role}), bot=False, own=False, on_call=False), (verb, lists)


# Votes


@pytest.mark.chaos
def test_which_votes_count_and_what_they_come_to_is_the_same_for_every_pair_of_voters(scale: int) -> None:
    tried, wrong = differences(ballots(scale), product_count, model_count)
    assert wrong == []
    assert tried >= (250_000 if scale > 1 else 2_000)


def at_random(chance: random.Random) -> Ballot:
    """Up to four votes of up to three people, under a request that nobody chose on purpose."""
    request = chance.choice(ASKS)._replace(others_git=chance.choice((model.NOBODY, frozenset({"somebody"}))))
    return request, accounts_of(tuple(chance.choices(VOTERS, k=chance.randint(0, 4))))


@pytest.mark.chaos
def test_a_million_random_questions_have_the_same_answer(scale: int) -> None:
    """Half are votes, a quarter verbs, a quarter holds."""
    chance = random.Random(4)
    wrong: list[str] = []
    for _ in range(5_000 * scale):
        wrong += differences([at_random(chance)], product_count, model_count)[1]
    everyone = subsets(ROLES)
    for _ in range(2_500 * scale):
        flags = [chance.random() < 0.5 for _ in range(3)]
        case = (chance.choice(list(model.OPENED_BY)), chance.choice(POLICIES), chance.choice(everyone), *flags)
        wrong += differences([case], product_may, model_may)[1]  # type: ignore[list-item]
        wrong += differences([_standing(chance)], product_held, model_held)[1]
    assert wrong[:5] == []


# Break-glass


@pytest.mark.chaos
def test_who_may_stand_behind_a_break_glass_is_the_same_for_every_single_person(scale: int) -> None:
    """Whoever could have approved it, or the lead; never who asked for it."""
    lead = frozenset({"oncall"})

    def says(case: tuple[model.Request, model.Voter]) -> bool:
        request, one = case
        wanted = countersigners(Policy(approve=approval_of(request), lead=tuple(lead)))
        groups = tuple(model.Group(frozenset(one.roles), one.oncall, one.count) for one in wanted.groups)
        return bool(product_count((request._replace(groups=groups), (one,))).counted)

    cases = ((request, one._replace(account=f"{one.person}0")) for request, one in product(ASKS, VOTERS))
    tried, wrong = differences(some(cases, scale, 7), says, lambda case: model.signs(case[0], lead, case[1]))
    assert wrong == []
    assert tried >= 100


@pytest.mark.parametrize("kind", Kind)
def test_the_roles_named_for_break_glass_open_that_and_nothing_else(kind: Kind) -> None:
    asked = Order(kind, TARGET, "1", "one", emergency=True)
    assert verb_of(asked) is Verb.EMERGENCY
    assert verb_of(replace(asked, emergency=False)) is VERBS[kind]


@pytest.mark.parametrize(("reason", "enough"), [("x" * 19, False), ("x" * 20, True), (" " * 40, False), (None, False)])
def test_break_glass_wants_a_reason_of_twenty_characters(reason: str | None, enough: bool) -> None:
    assert says_why(reason) is enough is (len((reason or "").strip()) >= model.REASON)


# Holds

Standing = tuple[model.Order, tuple[model.Lock, ...], bool, bool]
LOCKS = (model.Lock(), model.Lock("b"), model.Lock("c"))
TO = "b"
ORDERS = [model.Order(kind, *flags) for kind in KINDS for flags in product((False, True), repeat=3)]


def _standing(chance: random.Random) -> Standing:
    locks = tuple(chance.choices(LOCKS, k=chance.randint(0, 4)))
    return chance.choice(ORDERS), locks, chance.random() < 0.5, chance.random() < 0.5


def standings() -> Iterator[Standing]:
    """kind × on call × unlocking × break-glass × up to three locks in every order × frozen × overdue."""
    locks = [found for size in range(4) for found in product(LOCKS, repeat=size)]
    yield from product(ORDERS, locks, (False, True), (False, True))


def _locks(locks: tuple[model.Lock, ...]) -> tuple[Lock, ...]:
    return tuple(
        Lock(n, "app", "prod", "9", "nine", "because", 0.0, None, _version(one), after_rollback=bool(one.keeps_out))
        for n, one in enumerate(locks)
    )


def _version(lock: model.Lock) -> Version | None:
    return Version(lock.keeps_out, lock.keeps_out) if lock.keeps_out else None


def product_held(case: Standing) -> tuple[str, bool]:
    order, locks, frozen, overdue = case
    freezes = (Freeze(1, "prod", "9", "because", 0.0, None),) if frozen else ()
    owed = (Countersign(127, "", TARGET, "nine", 0.0),) if overdue else ()
    found, kind = Holds(_locks(locks), freezes, owed), KINDS[order.kind]
    released = bool(to_unlock(kind, TO, found.locks))
    try:
        judge(kind, TARGET, TO, found, oncall=order.on_call, unlocking=order.unlocking, emergency=order.glass)
    except Refusal as refusal:
        return refusal.code, released
    return "", released


def model_held(case: Standing) -> tuple[str, bool]:
    order, locks, frozen, overdue = case
    stands = model.held(order, TO, locks, frozen=frozen, overdue=overdue)
    return stands, model.opens(order.kind, TO, locks)


def test_what_a_lock_or_a_freeze_stops_is_the_same_for_every_kind_of_order() -> None:
    """Few enough to try them all at any time."""
    tried, wrong = differences(standings(), product_held, model_held)
    assert wrong == []
    assert tried == len(ORDERS) * 40 * 4
