"""Which run is an attempt's, and which only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.github.answers import Run
from adapters.github.finding import GRAIN, foreign, only
from adapters.github.titles import titles
from bot.errors import AdapterError
from bot.model import Attempt, Direction, Kind, Ref, Unclear, Version
from tests.github import made
from tests.github.made import OTHER, SHA
from tests.github.test_dispatch import PLAIN, UNMARKED
from tests.github.town import TARGET, Town, order, town

PATH, LOGIN = ".github/workflows/cd.yml", "slipway-bot"
TOLD = titles("Deploy ${{ inputs.image_tag }} to ${{ inputs.environment }}", PLAIN, {"env": "dev", "service": "x"})
SILENT = titles(None, PLAIN, {"env": "dev", "service": "x"})
BEGAN = made.run().created.timestamp()
TITLE = f"Deploy {SHA} to dev"


def attempt(intent_at: float = BEGAN, **effect: Any) -> Attempt:
    to = Version(SHA, SHA[:7])
    known = {"deploy": 7, "n": 1, "target": TARGET, "direction": Direction.FORWARD, "kind": Kind.DEPLOY, "before": None}
    return Attempt(id="abcd2345-7-1", to=to, effect=effect, intent_at=intent_at, timeout=60.0, **known)  # type: ignore[arg-type]


def run(title: str = TITLE, **changes: Any) -> Run:
    return made.run(display_title=title, **changes)


@pytest.mark.parametrize(
    ("changes", "shows"),
    [
        ({}, None),
        ({"actor": {"login": "Slipway-Bot"}}, None),
        ({"path": ".github/workflows/other.yml@main"}, ".github/workflows/other.yml"),
        ({"event": "push"}, "push"),
        ({"actor": {"login": "jieun"}}, "jieun"),
        ({"actor": None}, "?"),
        ({"actor": {"login": ""}}, "?"),
    ],
)
def test_a_run_of_another_workflow_event_or_account_is_foreign(changes: dict[str, Any], shows: str | None) -> None:
    assert foreign(run(**changes), PATH, LOGIN) == shows


def test_a_single_run_of_this_version_and_commit_is_taken() -> None:
    assert only([run()], attempt(), TOLD) == Ref({"run": 57, "single": True})
    assert only([run("anything")], attempt(), SILENT) == Ref({"run": 57, "single": True})


@pytest.mark.parametrize(
    "other",
    [
        run(f"Deploy {OTHER} to dev"),
        run(f"Deploy {SHA} to prod"),
        run(head_sha=OTHER),
    ],
)
def test_a_run_of_another_version_target_or_commit_is_no_candidate(other: Run) -> None:
    assert only([other], attempt(commit=SHA), TOLD) is None
    assert only([other, run()], attempt(commit=SHA), TOLD) == Ref({"run": 57, "single": True})


def test_a_run_that_names_any_attempt_is_that_ones_or_nobodys() -> None:
    assert only([run("Deploy by hand (abcd2345-6-1)")], attempt(), SILENT) is None


def test_a_run_older_than_the_intent_might_be_anothers() -> None:
    assert only([run()], attempt(BEGAN + GRAIN), TOLD) == Ref({"run": 57, "single": True})
    assert only([run()], attempt(BEGAN + GRAIN + 1), TOLD) == Unclear("several_runs", {"count": 1})


def test_of_two_candidates_none_is_taken() -> None:
    assert only([run(), run()], attempt(), TOLD) == Unclear("several_runs", {"count": 2})


async def test_where_the_title_shows_the_attempt_a_run_without_it_is_never_taken(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", "lost_before_effect")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    by_hand = {"environment": "dev", "image_tag": one.to.id, "deploy_id": ""}
    world.repo.dispatch(world.repo.workflows[0], "main", by_hand, world.github.state.user(LOGIN))
    assert isinstance(await adapter.find(one), Unclear)


async def test_by_tag_a_run_without_a_mark_in_its_title_is_found_and_one_of_the_branch_is_not() -> None:
    async with town(UNMARKED) as world:
        adapter = world.adapter(inputs=PLAIN, pin="tag")
        one = await order(adapter, world.repo.commit())
        world.repo.tag(f"slipway/{one.id}", one.to.id)
        filled, bot = {"environment": "dev", "image_tag": one.to.id}, world.github.state.user(LOGIN)
        world.repo.dispatch(world.repo.workflows[0], "main", filled, bot)
        assert isinstance(await adapter.find(one), Unclear)
        theirs = world.repo.dispatch(world.repo.workflows[0], f"refs/tags/slipway/{one.id}", filled, bot)
        assert await adapter.find(one) == Ref({"run": theirs.id})
