"""``[people."ID"]``: what git knows a person as, by whichever of the person's accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.config.oncall import linked
from bot.config.problems import Problems
from bot.config.shape import PersonTable
from bot.model import TargetSpec

People = Mapping[str, PersonTable]


def git(people: People) -> dict[str, frozenset[str]]:
    """Account → mails and logins of its person, in lower case, said of any of that person's accounts."""
    others = linked(people)
    own = {account: frozenset(name.lower() for name in _names(table)) for account, table in people.items()}
    found = {
        account: own.get(account, frozenset()).union(*(own.get(one, ()) for one in others.get(account, ())))
        for account in sorted({*others, *own})
    }
    return {account: names for account, names in found.items() if names}


def logins(people: People) -> dict[str, str]:
    """Account → login on GitHub of its person, said of any of that person's accounts."""
    own = {account: table.github for account, table in people.items() if table.github}
    others = {other: own[account] for account in own for other in linked(people).get(account, ())}
    return {**others, **own}


def _names(table: PersonTable) -> tuple[str, ...]:
    return (*table.git, table.github) if table.github else table.git


def judge(people: People, specs: Iterable[TargetSpec], problems: Problems) -> None:
    known = git(people)
    for spec in specs:
        approve, at = spec.policy.approve, spec.target
        if approve and not approve.authors and not known:
            place = ("services", at.service, "env", at.env, "policy", "approve", "authors")
            why = 'nobody can meet it while nobody is linked to git; set [people."ID"] git'
            problems.add(place, why)
    for account, name in _twice(known, linked(people)):
        if account in people:
            problems.add(("people", account, "git"), f'"{name[:80]}" is said of two people')


def _twice(known: Mapping[str, frozenset[str]], others: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """(account, name) of names that the file says of a second person; linked accounts are one person."""
    owners: dict[str, frozenset[str]] = {}
    for account, names in known.items():
        person = others.get(account, frozenset()) | {account}
        yield from ((account, name) for name in sorted(names) if owners.setdefault(name, person) != person)
