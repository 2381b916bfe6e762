"""The same walk on GitHub: the bot dies at every point of what it sends there; what was dispatched is the oracle."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.on_github import CD, DECIDING, DISPATCHING, SENT, TELLING, facts_of, points, service
from tests.crash.town import Town, town
from tests.github import town as github

TRIES = 3  # lives that ask for the cancel


def test_every_request_that_changes_something_on_github_is_one_at_which_a_bot_is_killed() -> None:
    """mypy holds the adapter to these names; a new one has no test until it stands in one of the lists."""
    assert {*DISPATCHING["tag"], *DISPATCHING["head_sha"], *DECIDING, *TELLING} == set(SENT)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("pin", DISPATCHING)
async def test_a_bot_killed_at_each_point_of_what_it_sends_to_github_dispatches_once(
    pin: str, tmp_path: Path, nursery: Nursery
) -> None:
    died = tmp_path / "died"
    async with github.town(CD) as world, service(world) as health:
        token = world.github.classic_token("slipway-bot")
        environment = {"GITHUB_TOKEN": token, "CRASH_EACH": "github.", "CRASH_DIED": str(died)}
        write = partial(config_file.on_github, world.github.api, github.REPOSITORY, health, pin)
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            ordered = await _deploys(it, world)
        ended = died.read_text().split()
        assert [point for point in points(*DISPATCHING[pin]) if ended.count(point) != 1] == []
        assert invariants.broken(facts_of(it, world, github.dispatched(world), ordered)) == []


async def _deploys(it: Town, world: github.Town) -> int:
    for _ in range(2):
        number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
        assert await it.verdict(number) == "succeeded"
    number = await it.order(it.jieun, "rollback", "staging")
    assert await it.verdict(number) == "succeeded"
    await _stopped(it, world)
    await it.quiet()
    return 4


async def _stopped(it: Town, world: github.Town) -> None:
    """While no runner takes it; GitHub takes its time to end it, so that each life asks again."""
    world.runner, world.repo.stubborn = False, True
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    card = await it.card_of(number)
    await it.shows(card, "stop")
    asked = await it.clicked(it.jieun, card, "stop")
    assert asked is not None
    assert asked.message is not None
    await it.clicked(it.jieun, asked.message, "stop_confirm")
    await it.come_true(lambda: _cancels(world) >= TRIES, "the run is not cancelled")
    run = github.dispatched(world)[-1]
    run.stop(world.github.state.user("slipway-bot"))
    assert await it.verdict(number) == "cancelled"


def _cancels(world: github.Town) -> int:
    return sum(seen.path.endswith("/cancel") for seen in world.github.requests)
