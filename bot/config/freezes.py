"""``[[freeze]]``: when the calendar closes which targets. Ranges that contradict each other are refused here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations, product

from bot.config.config import Effective
from bot.config.keys import Path, did_you_mean, dotted
from bot.config.problems import Problems
from bot.config.shape import FreezeTable
from bot.model import Target, TargetSpec, Window
from bot.windows import WEEK, instant, spans, week_range

YEAR = [datetime(2026, 1, 5, tzinfo=UTC).timestamp() + week * 604800.0 for week in range(54)]
"""Moments a week apart, for comparing weekly ranges of two zones all year round."""


@dataclass(frozen=True)
class Range:
    """One of a table's ranges: where it stands, how it is written, and what it closes."""

    place: Path
    written: str
    window: Window
    targets: frozenset[Target]


def windows(tables: Sequence[FreezeTable], targets: Iterable[Target], zone: str, problems: Problems) -> list[Range]:
    """Every range of every table, judged. ``zone``: the file's, for tables that name none."""
    known, found = list(targets), list[Range]()
    for index, table in enumerate(tables):
        place: Path = ("freeze", index)
        covered = _covered(table, known, place, problems)
        found += [Range(*one, covered) for one in _ranges(table, place, table.timezone or zone, problems)]
    for one, other in combinations(found, 2):
        if one.targets & other.targets and _overlap(one.window, other.window):
            where = ", ".join(sorted(target.key for target in one.targets & other.targets)[:3])
            earlier = f"{one.written} (freeze[{one.place[1]}])"
            problems.add(
                other.place, f"{other.written} overlaps {earlier} on {where}; make them one, or let them touch"
            )
    return found


def applied(specs: Mapping[Target, TargetSpec], found: Sequence[Range]) -> dict[Target, TargetSpec]:
    """The targets with the windows that close them."""
    return {
        target: replace(spec, windows=tuple(one.window for one in found if target in one.targets))
        for target, spec in specs.items()
    }


def effective(target: Target, found: Sequence[Range]) -> tuple[Effective, ...]:
    """For ``check --explain``: each range that closes this target."""
    mine = (one for one in found if target in one.targets)
    return tuple(Effective("freeze", f"{one.written} {one.window.zone}", dotted(one.place)) for one in mine)


def _covered(table: FreezeTable, known: list[Target], place: Path, problems: Problems) -> frozenset[Target]:
    for key, names, there in (
        ("envs", table.envs, {target.env for target in known}),
        ("services", table.services, {target.service for target in known}),
    ):
        for name in names:
            if known and name not in there:
                hint = did_you_mean(name, sorted(there)) or f"; known here: {', '.join(sorted(there))}"
                problems.add((*place, key), f'"{name}" does not exist{hint}')
    return frozenset(
        target
        for target in known
        if (not table.envs or target.env in table.envs) and (not table.services or target.service in table.services)
    )


def _ranges(table: FreezeTable, place: Path, zone: str, problems: Problems) -> Iterator[tuple[Path, str, Window]]:
    if bool(table.weekly) == bool(table.from_ or table.until):
        problems.add(place, 'write either weekly = ["Fri 18:00 - Mon 09:00"], or from and until')
        return
    for index, text in enumerate(table.weekly):
        yield (*place, "weekly", index), f'"{text}"', Window(zone, table.reason, (week_range(text),))
    if table.weekly:
        return
    if not table.from_ or not table.until:
        problems.add(place, f"{'until' if table.from_ else 'from'} is missing")
        return
    dated = _moment(table.from_, zone, last=False), _moment(table.until, zone, last=True)
    if dated[1] <= dated[0]:
        problems.add((*place, "until"), f'"{table.until}" is not after from = "{table.from_}"')
        return
    yield (*place, "from"), f'"{table.from_}" to "{table.until}"', Window(zone, table.reason, dated=dated)


def _moment(text: str, zone: str, *, last: bool) -> float:
    found = datetime.fromisoformat(text)
    return found.timestamp() if found.tzinfo else instant(found, zone, last=last)


def _overlap(one: Window, other: Window) -> bool:
    """A dated freeze may lie over weekly ones: a holiday has week-ends in it."""
    if one.dated and other.dated:
        return _meet(one.dated, other.dated)
    if one.dated or other.dated:
        return False
    if one.zone == other.zone:
        return any(_meet_weekly(*pair) for pair in product(one.weekly, other.weekly))
    return any(_meet(*pair) for week in YEAR for pair in product(spans(one, week), spans(other, week)))


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _meet_weekly(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """By the clock on the wall: either begins while the other lasts."""
    return (other[0] - one[0]) % WEEK < one[1] or (one[0] - other[0]) % WEEK < other[1]
