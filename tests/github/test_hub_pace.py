"""Forty followers at once stay below what GitHub takes for a burst, and none of them waits for a turn."""

from __future__ import annotations

from bisect import bisect_left

from adapters.github.hub.pace import Pace
from playground.github import LocalGithub
from tests.github.hubs import hub

ACME = "/repos/acme/llmops"
ALLOWED = 900  # points a minute (docs.github.com, "About secondary rate limits")


def followed(deploys: int, seconds: float, every: float = 2.0) -> list[tuple[float, str]]:
    """When requests were sent: each deploy's two paths are looked at again and again."""
    pace, now = Pace(), 1000.0
    sent: list[tuple[float, str]] = []
    while now < 1000.0 + seconds:
        for key in (f"{deploy} {path}" for deploy in range(deploys) for path in ("run", "jobs")):
            if pace.again(key, now):
                pace.read(key, now)
                sent.append((now, key))
        now += every
    return sent


def worst(sent: list[tuple[float, str]]) -> int:
    times = [at for at, _ in sent]
    return max(bisect_left(times, begin + 60.0) - index for index, begin in enumerate(times))


def test_forty_deploys_stay_below_a_burst_for_an_hour() -> None:
    assert worst(followed(40, 600.0)) < ALLOWED


def test_every_path_has_its_turn() -> None:
    late = [key for at, key in followed(40, 600.0) if at >= 1560.0]
    assert len(set(late)) == 80


def test_a_few_deploys_are_looked_at_as_often_as_they_ask() -> None:
    assert len(followed(4, 120.0)) == 4 * 2 * 60


def test_a_clock_that_jumps_asks_rather_than_remembers() -> None:
    pace = Pace()
    for n in range(400):
        pace.read(f"{n % 80}", 1000.0)
    assert not pace.again("1", 1001.0)
    assert pace.again("1", 900.0)
    assert pace.again("1", 5000.0)


async def test_what_is_known_is_given_under_load_and_asked_anew_after_a_write() -> None:
    async with LocalGithub() as github:
        repo = github.repository("acme/llmops")
        old = repo.commit("Old")
        repo.workflow()
        clock = github.now()
        async with hub(github, now=lambda: clock) as ours:
            for n in range(400):
                ours._pace.read(f"other {n % 80}", clock)
            assert (await ours.get(f"{ACME}/commits/main"))["sha"] == old
            new = repo.commit("New")
            assert (await ours.get(f"{ACME}/commits/main"))["sha"] == old
            assert (await ours.get(f"{ACME}/commits/main", fresh=True))["sha"] == new
            newer = repo.commit("Newer")
            body = {"ref": "main", "inputs": {"version": "1"}}
            await ours.send("dispatch", "POST", f"{ACME}/actions/workflows/cd.yml/dispatches", body)
            assert (await ours.get(f"{ACME}/commits/main"))["sha"] == newer
