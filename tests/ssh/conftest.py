"""Hosts for the stories. ``boot`` makes one of the wanted shape with a first version that was put there by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.contract.beds import SshBed

Boot = Callable[..., Awaitable[SshBed]]


@pytest.fixture
async def boot(tmp_path: Path) -> AsyncIterator[Boot]:
    made: list[SshBed] = []

    async def boot(**setup: object) -> SshBed:
        made.append(await SshBed.boot(tmp_path / f"host{len(made)}", **{"kind": "systemd", **setup}))
        return made[-1]

    yield boot
    for bed in made:
        await bed.close()
