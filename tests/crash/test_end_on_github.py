"""A bot that ends while GitHub is slow, or in the middle of a wait: in time, and the next one tells the truth."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.crash import config_file
from tests.crash.child import Nursery
from tests.crash.test_kill_on_github import CD, service
from tests.crash.test_stories_on_github import card_of
from tests.crash.town import Town, town
from tests.github import town as github

GUARDED = CD.replace("    needs: build\n", "    needs: build\n    environment: staging\n")


def hasty(write: partial[str], folder: Path, listen: str) -> str:
    return write(folder, listen).replace('timeout = "1m"', 'timeout = "10s"')


@pytest.mark.timeout(240)
async def test_a_bot_that_ends_leaves_nothing_untold(tmp_path: Path, nursery: Nursery) -> None:
    async with github.town(GUARDED) as world, service(world) as health:
        world.runner = False
        token = world.github.classic_token("slipway-bot")
        environment = {"GITHUB_TOKEN": token, "CRASH_EACH": "github.cancel.answered"}
        write = partial(config_file.on_github, world.github.api, github.REPOSITORY, health, "head_sha")
        async with town(tmp_path / "town", nursery, write=partial(hasty, write), environment=environment) as it:
            await _killed_between_the_cancel_and_the_next_look(it, world)
            await it.quiet()
            await _asked_of_a_github_that_is_silent(it, world)
        # the town's own end is a SIGTERM, and holds the bot to ten seconds


async def _asked_of_a_github_that_is_silent(it: Town, world: github.Town) -> None:
    """A dispatch may take twelve seconds; what became of it would be looked up by the next life."""
    world.github.faults.next("dispatch", "slow:20")
    await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    await it.come_true(lambda: not world.github.faults.waiting["dispatch"], "nobody dispatches")


async def _killed_between_the_cancel_and_the_next_look(it: Town, world: github.Town) -> None:
    """Nobody approves the environment until the timeout; who could have is read from GitHub by the next life."""
    world.repo.environment("staging", reviewers=("haneul",))
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    await it.come_true(lambda: bool(github.dispatched(world)), "never dispatched")
    github.dispatched(world)[-1].advance("build", conclusion="success")
    assert await it.verdict(number) == "failed"
    assert it.died.read_text().split() == ["github.cancel.answered"]
    assert it.deploy_row(number)["code"] == "environment_waited"
    await it.come_true(lambda: "haneul" in card_of(it, number), "the card does not name who could have approved")
