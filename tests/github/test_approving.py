"""How often the bot says yes on GitHub, and to what: once to each environment that it may decide, and never blindly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.github.adapter import Github
from bot.model import Attempt, Ref
from playground.github import Run
from tests.github.hubs import as_app, hub
from tests.github.test_environment import GUARDED, reviews, waiting
from tests.github.town import Town, order, town

TWICE = (
    GUARDED
    + """\
  verify:
    runs-on: ubuntu-latest
    needs: deploy
    environment: after
    steps:
      - run: make verify
"""
)


def asked(world: Town, name: str) -> int:
    return sum(seen.name == name for seen in world.github.requests)


async def looks(adapter: Github, one: Attempt, ref: Ref, times: int = 3) -> None:
    for _ in range(times):
        await adapter.check(one, ref)


@pytest.mark.parametrize("reviewer", ["slipway-bot", "stranger", None])
async def test_whoever_may_not_decide_does_not_ask_to(reviewer: str | None) -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        adapter = world.adapter(reviewer=reviewer)
        one, ref, _ = await waiting(world, adapter)
        await looks(adapter, one, ref)
        assert (asked(world, "review"), asked(world, "protection_rule")) == (0, 0)


@pytest.mark.parametrize("fault", ["lost_before_effect", "502_before_effect", "secondary_limit"])
async def test_a_yes_that_never_arrived_is_said_again(fault: str) -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        adapter = world.adapter(reviewer="haneul")
        world.github.faults.next("review", fault)
        one, ref, _ = await waiting(world, adapter)
        assert reviews(world) == []
        world.passes(61.0)
        await adapter.check(one, ref)
        assert reviews(world) == [("haneul", "approved")]


async def test_a_yes_that_was_given_is_not_given_again_while_an_app_still_holds_it() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",), protection_apps=("security",))
        adapter = world.adapter(reviewer="haneul")
        one, ref, _ = await waiting(world, adapter)
        await looks(adapter, one, ref)
        assert (reviews(world), asked(world, "review")) == ([("haneul", "approved")], 1)


async def test_the_next_environment_of_the_same_run_is_decided_too() -> None:
    async with town(TWICE) as world:
        for name in ("dev", "after"):
            world.repo.environment(name, reviewers=("haneul",))
        adapter = world.adapter(reviewer="haneul")
        one, ref, _ = await waiting(world, adapter)
        world.repo.runs[-1].advance("deploy", conclusion="success")
        await looks(adapter, one, ref)
        assert [review.environment.name for _, review in world.repo.reviews] == ["dev", "after"]


async def by_app(world: Town, **rules: tuple[str, ...]) -> tuple[Github, Attempt, Ref, Run]:
    """Held, and looked at by an App."""
    world.runner = False
    app = world.github.app()
    world.repo.environment("dev", **rules)
    async with hub(world.github, as_app(world.github, app)) as made:
        adapter = world.of(made)
        one = replace(await order(adapter, world.repo.commit()), approved=True)
        ref = await adapter.start(one)
        run = world.repo.runs[-1]
        run.advance("build", conclusion="success")
        await looks(adapter, one, ref)
        return adapter, one, ref, run


async def test_a_rule_that_is_not_the_apps_own_is_asked_for_once() -> None:
    async with town(GUARDED) as world:
        *_, run = await by_app(world, reviewers=("haneul",))
        assert (asked(world, "protection_rule"), run.status) == (1, "waiting")


async def test_a_rule_of_the_apps_own_is_answered_once_while_people_still_hold_it() -> None:
    async with town(GUARDED) as world:
        *_, run = await by_app(world, reviewers=("haneul",), protection_apps=("slipway",))
        (gate,) = world.repo.gates
        assert (len(gate.told), gate.apps, asked(world, "protection_rule"), run.status) == (1, set(), 1, "waiting")
