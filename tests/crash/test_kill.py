"""A bot that is killed at any named point goes on as if nothing had happened.

The points are discovered: each story is told once without a kill, so a new call is walked as soon as it is made.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.crash import sites
from tests.crash.child import Nursery
from tests.crash.stories import STORIES
from tests.crash.walk import Case, Told, tell_all

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(4 * 3600)]
ELSEWHERE = {
    "bot/records.py",  # what GitHub is told: test_kill_records
    "bot/announce.py",  # what is offered and what is delivered: test_kill_offers
    "bot/webhooks/github/door.py",
    "bot/webhooks/letters.py",  # what is fetched, and what SNS brings: test_kill_hints
    "bot/webhooks/sns/door.py",
}
SINGLE, DOUBLE, TERMED = 16, 8, 10  # cases in ``make test``; all of about 3,000 in ``make chaos``


@pytest.fixture(scope="module")
def whole(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Told]:
    """Every story without a kill, with the points that it came by. Only the first where that goes wrong already."""
    folder = tmp_path_factory.mktemp("whole")
    first = asyncio.run(tell_all(folder / "first", nursery, [Case(STORIES[0])]))
    if wrong(first):
        return first
    return [*first, *asyncio.run(tell_all(folder, nursery, [Case(story) for story in STORIES[1:]]))]


@pytest.fixture
def sound(whole: Sequence[Told]) -> Sequence[Told]:
    """A walk says something about kills only where everything goes well without them."""
    if wrong(whole):
        pytest.fail("a story goes wrong without a kill", pytrace=False)
    return whole


def first_times(whole: Iterable[Told]) -> list[Case]:
    """Each point once: where it is come by first."""
    found: dict[str, Case] = {}
    for told in whole:
        for point in told.points:
            found.setdefault(point.split("#")[0], Case(told.case.story, point))
    return list(found.values())


def some(chance: random.Random, every: Sequence[Case], few: int, scale: int) -> list[Case]:
    return chance.sample(every, few if scale == 1 else len(every))


def wrong(told: Iterable[Told]) -> str:
    return "\n\n".join("\n  ".join([str(one.case), *one.wrong]) for one in told if one.wrong)


def test_every_story_ends_well_when_nothing_dies(whole: Sequence[Told]) -> None:
    assert not wrong(whole), wrong(whole)


def test_the_stories_come_by_every_commit_and_every_call_of_the_product(whole: Sequence[Told]) -> None:
    """What no story comes by is walked by nobody."""
    passed = {case.end.split("#")[0] for case in first_times(whole)}
    every = sites.modules("bot", "commands", "adapters/dry_run")
    product = [tree for path, tree in every if str(path) not in ELSEWHERE]
    named = {name for tree in product for name in sites.names(tree) if "*" not in name}
    assert sorted(named - passed) == []
    verbs = {verb for tree in product for verb in sites.verbs(tree)}
    assert sorted(verbs - {name.split(".")[2] for name in passed if name.startswith("ledger.")}) == []


async def test_a_kill_at_any_point_is_as_if_nothing_had_happened(
    sound: Sequence[Told], tmp_path: Path, nursery: Nursery
) -> None:
    told = await tell_all(tmp_path, nursery, first_times(sound))
    assert not wrong(told), wrong(told)
    assert [str(one.case) for one in told if not one.reached] == []


async def test_a_kill_at_any_time_in_any_story_and_one_more_after_it(
    sound: Sequence[Told], tmp_path: Path, nursery: Nursery, scale: int
) -> None:
    """A seeded choice of all occurrences in all stories; some lives after it end early as well."""
    chance = random.Random(20)
    every = [Case(told.case.story, point) for told in sound for point in told.points]
    once, chosen = some(chance, every, SINGLE, scale), some(chance, every, DOUBLE, scale)
    twice = [_and_again(chance, sound, case) for case in chosen]
    told = await tell_all(tmp_path, nursery, [*once, *twice])
    assert not wrong(told), wrong(told)


def _and_again(chance: random.Random, whole: Sequence[Told], case: Case) -> Case:
    points = next(told.points for told in whole if told.case.story is case.story)
    return Case(case.story, case.end, also=(chance.choice(points), chance.choice(points)))


async def test_sigterm_at_any_point_ends_it_in_time_and_loses_nothing(
    sound: Sequence[Told], tmp_path: Path, nursery: Nursery, scale: int
) -> None:
    every = (
        first_times(sound) if scale == 1 else [Case(told.case.story, point) for told in sound for point in told.points]
    )
    chosen = some(random.Random(21), every, TERMED, scale)
    told = await tell_all(tmp_path, nursery, [Case(case.story, case.end, signal.SIGTERM) for case in chosen])
    assert not wrong(told), wrong(told)
