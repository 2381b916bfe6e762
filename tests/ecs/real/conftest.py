"""One daemon, one emulator and one company for all the files that a worker runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ecs.real.emulator import ministack
from tests.ecs.real.world import Service, World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ministack(tmp_path_factory.mktemp("aws")) as emulator:
        yield World(emulator)
        assert all(emulator.way_out.host in asked for asked in emulator.way_out.refused), emulator.way_out.refused


@pytest.fixture
def service(world: World) -> Iterator[Service]:
    made = world.service()
    yield made
    made.stop()
