"""``house``: a story's own service in the one house that all stories of a worker share. ``own``: a house alone."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.life.config_file import Options
from tests.life.hosts import Place, hosted
from tests.life.house import House, built, inhabited

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "having(**options): what this story's service is like")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of them, since one house serves them all."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def having(**options: str) -> pytest.MarkDecorator:
    return pytest.mark.having(**options)


def _options(item: pytest.Item) -> Options:
    marks = list(item.iter_markers("having"))
    return Options(**(marks[0].kwargs if marks else {}))


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A service for every story that was collected, by its node id."""
    stories = [item for item in request.session.items if "house" in getattr(item, "fixturenames", ())]
    names = {item.nodeid: f"s{number:03}" for number, item in enumerate(stories)}
    services = {names[item.nodeid]: _options(item) for item in stories}
    async with inhabited(tmp_path_factory.mktemp("town"), services) as house:
        house.names = names
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def house(request: pytest.FixtureRequest, town: House) -> AsyncIterator[House]:
    story = town.of(town.names[request.node.nodeid])
    try:
        yield story
    finally:
        await story.tidy()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def hosts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Place]]:
    """Real hosts, one of each layout, and their bot."""
    async with hosted(tmp_path_factory.mktemp("hosts")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def place(request: pytest.FixtureRequest, hosts: dict[str, Place]) -> AsyncIterator[Place]:
    """Layout ``releases``, or what ``on(…)`` asks for. Faults end with the story."""
    found = hosts[getattr(request, "param", "releases")]
    found.house.began = time.time()
    try:
        yield found
    finally:
        await found.mend()
        await found.house.tidy()


def on(*places: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("place", places, indirect=True)


@pytest_asyncio.fixture(loop_scope="session")
async def own(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """For what everybody would notice: another language, a bot that is away, a Discord that is gone."""
    marks = list(request.node.iter_markers("having"))
    async with built(tmp_path, **(marks[0].kwargs if marks else {})) as found:
        yield found
