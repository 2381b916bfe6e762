"""The same walk where GitHub waits for a yes: the bot dies around each that it gives; GitHub counts them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from playground.github import Run
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.on_github import CD, DECIDING, facts_of, points, service
from tests.crash.town import Town, town
from tests.github import town as github

GATES = ("tests", "model", "dry-run", "staging")
"""Environments, one behind the other: a yes that arrived opens one, so that each kind is needed for two."""
JOB = """\
  {name}:
    runs-on: ubuntu-latest
    needs: {needs}
    environment: {name}
    steps:
      - run: make {name}
"""
HELD = "".join(JOB.format(name=name, needs=needs) for needs, name in pairwise(("build", *GATES[:-1])))
DEPLOYS = f"    needs: {GATES[-2]}\n    environment: {GATES[-1]}\n"
GUARDED = CD.replace("    needs: build\n", DEPLOYS) + HELD


@pytest.mark.timeout(300)
async def test_a_bot_killed_around_its_yes_to_an_environment_says_it_once(tmp_path: Path, nursery: Nursery) -> None:
    died = tmp_path / "died"
    async with github.town(GUARDED) as world, service(world) as health:
        world.runner = False
        app = world.github.app()
        environment = {
            "GITHUB_APP_ID": str(app.id),
            "GITHUB_APP_KEY": app.private_key,
            "GITHUB_REVIEWER_TOKEN": world.github.classic_token("minsu"),
            "CRASH_EACH": "github.r",
            "CRASH_DIED": str(died),
        }
        for name in GATES[:2]:
            world.repo.environment(name, protection_apps=(app.slug,))
        for name in GATES[2:]:
            world.repo.environment(name, reviewers=("minsu",), prevent_self_review=True)
        write = partial(config_file.approved, world.github.api, github.REPOSITORY, health)
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            run = await _deployed(it, world)
            await it.quiet()
        assert sorted(died.read_text().split()) == sorted(points(*DECIDING))
        assert [len(gate.told) for gate in world.repo.gates] == [1, 1, 0, 0]
        reviews = [(one.environment.name, one.by.login) for _, one in world.repo.reviews]
        assert reviews == [(name, "minsu") for name in GATES[2:]]
        seen = facts_of(it, world, [run], 1)
        assert invariants.broken(replace(seen, approvals={"app/staging": 1})) == []


async def _deployed(it: Town, world: github.Town) -> Run:
    """Ordered, approved in Discord, and held by one environment after the other until the bot has said yes there."""
    before = len(world.repo.runs)
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    await it.haneul.react(await it.asking(number), "✅")
    await it.come_true(lambda: len(world.repo.runs) > before, "nothing is dispatched")
    run = world.repo.runs[-1]
    run.advance("build", conclusion="success")
    for name in GATES[:-1]:
        await _opened(it, run, name)
        run.advance(name, conclusion="success")
    await _opened(it, run, "deploy")
    world.carry_out(run)
    assert await it.verdict(number) == "succeeded"
    return run


async def _opened(it: Town, run: Run, job: str) -> None:
    assert run.job(job).status == "waiting"
    await it.come_true(lambda: run.job(job).status != "waiting", f"{job} is never approved")
