"""One bed for each adapter, and for each shape of it that runs other code on the platform's side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.beds import Bed, DryBed, SshBed

HOST = pytest.mark.needs("systemd-host")
SHAPES = [
    pytest.param({"layout": "releases", "job_runner": "detached"}, id="ssh-releases-detached", marks=HOST),
    pytest.param({"layout": "in_place", "job_runner": "unit"}, id="ssh-in_place-unit", marks=HOST),
    pytest.param(None, id="dry_run"),
]


@pytest.fixture(params=SHAPES)
async def bed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bed]:
    shape = request.param
    made: Bed = DryBed(tmp_path) if shape is None else await SshBed.boot(tmp_path / "host", kind="systemd", **shape)
    try:
        yield made
    finally:
        await made.close()
