"""A job that names an environment makes a deployment by itself: that one is followed, and none is put beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.ledger import Ledger
from bot.model import Attempt, Ref, Verdict
from bot.ports import Site
from bot.records import AGAIN, LATE
from tests.engine.life import spec
from tests.engine.world import Clock, Platform
from tests.ledger.stories import PROD, Story
from tests.records.pages import Pages
from tests.records.test_records import Office

PAGE = "https://platform.example/runs/7"


@dataclass
class Own(Platform):
    """A platform that records its attempts under ``names``."""

    names: Collection[str] = ()

    def link(self, attempt: Attempt, ref: Ref) -> str | None:
        return PAGE

    async def records(self, attempt: Attempt) -> Collection[str]:
        return self.names


@pytest.fixture
async def office(path: Path) -> AsyncIterator[Office]:
    ledger = await Ledger.open(path)
    story = Story.at(path)
    try:
        found = Office(ledger, story, Pages())
        found.records.sites = {PROD: Site(spec(PROD), Own(Clock(), names=("prod",)))}
        yield found
    finally:
        story.db.close()
        await ledger.close()


async def test_the_platforms_own_record_is_waited_for_and_followed(office: Office) -> None:
    deploy = office.story.running()
    await office.looked()
    assert (office.pages.asked, office.waiting()) == (["find"], 1)
    office.pages.made_there = {PAGE: "5"}
    office.pages.states["5"] = ["in_progress"]
    office.time += AGAIN
    await office.looked()
    assert (office.pages.deployments, office.waiting()) == ([], 0)
    office.pages.states["5"].append("success")
    office.story.settle(deploy, Verdict.SUCCEEDED)
    await office.looked()
    assert (office.pages.states, "tell" in office.pages.asked) == ({"5": ["in_progress", "success"]}, False)


async def test_a_verdict_that_differs_is_told_there(office: Office) -> None:
    """Green on GitHub, and the service does not answer."""
    office.pages.made_there, office.pages.states = {PAGE: "5"}, {"5": ["in_progress", "success"]}
    deploy = office.story.running()
    await office.looked()
    office.story.settle(deploy, Verdict.FAILED)
    await office.looked()
    assert office.pages.states == {"5": ["in_progress", "success", "failure"]}


async def test_what_never_appeared_there_is_recorded_once_the_deploy_has_ended(office: Office) -> None:
    deploy = office.story.running()
    for _ in range(3):
        await office.looked()
        office.time += AGAIN
    assert office.pages.deployments == []
    office.story.settle(deploy, Verdict.FAILED)
    office.time += LATE
    await office.looked()
    assert (len(office.pages.deployments), office.states()) == (1, ["in_progress", "failure"])


async def test_under_another_name_nobody_waits(office: Office) -> None:
    office.records.sites = {PROD: Site(spec(PROD), Own(Clock(), names=("production",)))}
    office.story.running()
    await office.looked()
    assert (len(office.pages.deployments), office.states()) == (1, ["in_progress"])
    assert office.waiting() == 0
