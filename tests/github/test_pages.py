"""Addresses of GitHub's own pages: made of our configuration and the run's number, never of an answer."""

from __future__ import annotations

import aiohttp
import pytest

from adapters.github import pages
from bot.model import Ref
from bot.ports import Links
from playground.github import LocalGithub
from tests.github.town import REPOSITORY, Town, dispatched, order


@pytest.mark.parametrize(
    ("api", "site"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("https://git.example.org/api/v3", "https://git.example.org"),
        ("https://git.example.org:8443/api/v3/", "https://git.example.org:8443"),
    ],
)
def test_every_kind_of_github_has_its_pages_beside_its_api(api: str, site: str) -> None:
    assert pages.run(api, REPOSITORY, 57) == f"{site}/{REPOSITORY}/actions/runs/57"


async def test_the_link_of_an_attempt_is_the_page_of_its_run(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    assert isinstance(adapter, Links)
    one = await order(adapter, world.repo.commit())
    ref = await adapter.start(one)
    run = dispatched(world)[-1]
    assert adapter.link(one, ref) == f"{world.github.api}/{REPOSITORY}/actions/runs/{run.id}"
    run.cancel("minsu")
    async with aiohttp.ClientSession() as session, session.get(adapter.link(one, ref) or "") as answer:
        assert "cancelled" in await answer.text()


async def test_the_link_names_the_repository_that_was_approved(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    other = {**one.effect, "repository": "acme/before"}
    moved = type(one)(**{**vars(one), "effect": other})
    assert adapter.link(moved, Ref({"run": 5})) == f"{world.github.api}/acme/before/actions/runs/5"


async def test_a_page_of_the_imitation_does_nothing_but_show(world: Town) -> None:
    github: LocalGithub = world.github
    seen = len(github.requests)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{github.api}/{REPOSITORY}/actions/runs/{world.repo.runs[0].id}") as answer:
            assert answer.status == 200
        async with session.get(f"{github.api}/{REPOSITORY}/actions/runs/1") as answer:
            assert answer.status == 404
    assert len(github.requests) == seen
