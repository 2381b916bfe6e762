"""``[oncall]``: who is on call, judged on the raw table so that its problems are found in the same pass as others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from pydantic import ValidationError

from bot.config.config import Calendar
from bot.config.fields import calendar_url, timezones
from bot.config.problems import Problems
from bot.config.roles import Roles
from bot.config.shape import Head, OncallTable, OverrideTable, PersonTable
from bot.model import Secret
from bot.oncall import Names, OnCall, Rotation, Shift, moment, zoned
from bot.oncall.names import folded


def read(file: Mapping[str, Any], roles: Roles) -> OnCall | None:
    """None where the table cannot be read; the lines for that are the head's."""
    table = file.get("oncall", {})
    if not isinstance(table, Mapping):
        return None
    name = table.get("role")
    role = roles.id(name, ("oncall", "role")) if isinstance(name, str) else None
    try:
        found = OncallTable.model_validate(table)
    except ValidationError:
        return None
    zone = file.get("timezone", "UTC")
    zone = zone if isinstance(zone, str) and zone in timezones() else "UTC"  # a wrong one has its line
    turn = found.rotation
    if turn and found.calendar:
        roles.problems.add(("oncall", "calendar"), "there is [oncall.rotation] too; take one of them out")
    return OnCall(
        role,
        Rotation(zoned(turn.start, zone), turn.every, turn.people) if turn else None,
        _overrides(found.overrides, zone, roles.problems),
        () if found.calendar else None,
    )


def calendar(head: Head, problems: Problems) -> Calendar | None:
    """After its secret was filled in."""
    table = head.oncall.calendar
    if table is None:
        return None
    place = ("oncall", "calendar")
    if (table.url is None) == (table.url_secret is None):
        problems.add(place, "write either url, or url_secret with the name of a secret")
    if table.url_secret is not None:
        _judge_secret(table.url_secret, problems)
    return Calendar(table.url or table.url_secret or "", _names(head.people, problems))


def _judge_secret(secret: Secret, problems: Problems) -> None:
    """Its value is never repeated. One that has no value has its line already."""
    try:
        calendar_url(secret.reveal())
    except LookupError:
        return
    except ValueError as error:
        problems.add(("oncall", "calendar", "url_secret"), f"the value of {secret.name} {error}")


def _names(people: Mapping[str, PersonTable], problems: Problems) -> Names:
    users: dict[str, str] = {}
    for person, table in people.items():
        for index, name in enumerate(table.calendar):
            if users.setdefault(folded(name), person) != person:
                sentence = f'"{name[:40]}" is {users[folded(name)]} already; one name, one person'
                problems.add(("people", person, "calendar", index), sentence)
    return Names(users)


def _overrides(tables: Sequence[OverrideTable], zone: str, problems: Problems) -> tuple[Shift, ...]:
    shifts = [Shift(one.person, moment(one.since, zone), moment(one.until, zone)) for one in tables]
    for index, shift in enumerate(shifts):
        if shift.until <= shift.since:
            problems.add(("oncall", "overrides", index, "until"), "must be later than from")
    for (one, first), (two, second) in combinations(enumerate(shifts), 2):
        if max(first.since, second.since) < min(first.until, second.until):
            problems.add(("oncall", "overrides", two), f"overlaps oncall.overrides[{one}]; only one person is on call")
    return tuple(shifts)


def linked(people: Mapping[str, PersonTable]) -> dict[str, frozenset[str]]:
    """Account → the same person's other accounts."""
    persons: list[frozenset[str]] = []
    for one in ({person, *table.also} for person, table in people.items()):
        same = [known for known in persons if known & one]
        persons = [known for known in persons if not known & one] + [frozenset(one).union(*same)]
    return {account: person - {account} for person in persons for account in person}
