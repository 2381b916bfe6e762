"""A whole bot and a GitHub that goes wrong: each ends with one verdict, one dispatch, and a card that says why."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from playground.github import Run
from tests.crash import config_file
from tests.crash.child import Nursery
from tests.crash.on_github import CD, service
from tests.crash.town import Town, footer, town
from tests.github import town as github


def _fails(run: Run) -> None:
    run.advance("build", conclusion="success")
    run.says("deploy", "denied: requested access to the resource is denied")
    run.advance("deploy", "Push image", "failure")


def _cancelled(run: Run) -> None:
    run.advance("build")
    run.cancel("minsu")


def _again(run: Run) -> None:
    run.finish("failure")
    run.rerun("minsu")
    run.finish()


def _hidden(run: Run) -> None:
    run.advance("build", conclusion="success")
    run.advance("deploy", conclusion="skipped")


STORIES: dict[str, tuple[Callable[[Run], None], str, str, str]] = {
    "a failing step": (_fails, "failed", "job_failed", "denied: requested access"),
    "a cancel by somebody": (_cancelled, "failed", "cancelled_by", "minsu"),
    "a place lost in the group": (Run.evict, "failed", "evicted", "CD"),
    "a run started again": (_again, "superseded", "superseded_outside", "minsu"),
    "a deploying job that was skipped": (_hidden, "failed", "job_skipped", "deploy"),
}


@pytest.mark.timeout(240)
async def test_whatever_becomes_of_a_run_the_deploy_ends_truthfully(tmp_path: Path, nursery: Nursery) -> None:
    async with github.town(CD) as world, service(world) as health:
        environment = {"GITHUB_TOKEN": world.github.classic_token("slipway-bot")}
        write = partial(config_file.on_github, world.github.api, github.REPOSITORY, health, "head_sha")
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            await _an_answer_that_was_lost(it, world)
            await _a_branch_that_moves(it, world)
            for name in STORIES:
                await _told(it, world, name)
            await it.quiet()
            await _budget_on_metrics(it, world)
        marks = [run.inputs["deploy_id"] for run in github.dispatched(world)]
        assert len(set(marks)) == len(marks), "an attempt was dispatched twice"


async def _an_answer_that_was_lost(it: Town, world: github.Town) -> None:
    world.github.faults.next("dispatch", "502_after_effect")
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    assert await it.verdict(number) == "succeeded"


async def _a_branch_that_moves(it: Town, world: github.Town) -> None:
    world.runner = False
    world.github.faults.next("dispatch", "main_moves")
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    assert await it.verdict(number) == "failed"
    row = it.deploy_row(number)
    assert (row["code"], row["outcome"]) == ("wrong_commit", "untouched")


async def _budget_on_metrics(it: Town, world: github.Town) -> None:
    """What GitHub has said of the hour."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{it.listen}/metrics") as answer:
        page = dict(line.rsplit(" ", 1) for line in (await answer.text()).splitlines())
    said = [seen.headers or {} for seen in world.github.requests[-20:]]
    limit = float(page['slipway_github_requests_limit{identity="token"}'])
    left = float(page['slipway_github_requests_left{identity="token"}'])
    assert limit == 5000
    assert left in {float(headers.get("X-RateLimit-Remaining", limit)) for headers in said} - {limit}


async def _told(it: Town, world: github.Town, name: str) -> None:
    happens, verdict, code, says = STORIES[name]
    seen = len(github.dispatched(world))
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    await it.come_true(lambda: len(github.dispatched(world)) > seen, f"{name}: never dispatched")
    happens(github.dispatched(world)[-1])
    assert await it.verdict(number) == verdict, name
    assert it.deploy_row(number)["code"] == code, name
    await it.come_true(lambda: says in card_of(it, number), f"{name}: the card does not say {says}")


def card_of(it: Town, number: int) -> str:
    cards = [one for one in it.cards() if f"#{number}·" in footer(one) and "·card" in footer(one)]
    return (cards[-1].embeds[0].description or "") if cards and cards[-1].embeds else ""
