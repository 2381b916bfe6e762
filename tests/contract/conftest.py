"""One bed for each adapter, and for each shape of it that runs other code on the platform's side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.beds import Bed, DryBed, EcsBed, GithubBed, SshBed

HOST = pytest.mark.needs("systemd-host")
MODELLED = [
    pytest.param({"layout": "releases", "job_runner": "detached"}, id="ssh-releases-detached", marks=HOST),
    pytest.param({"layout": "in_place", "job_runner": "unit"}, id="ssh-in_place-unit", marks=HOST),
    pytest.param(None, id="dry_run"),
    pytest.param("ecs", id="ecs"),
]
"""Whose targets have an environment that names a model."""

SHAPES = [
    *MODELLED,
    pytest.param("head_sha", id="github-head_sha"),
    pytest.param("tag", id="github-tag"),
]


@pytest.fixture(params=SHAPES)
async def bed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bed]:
    shape = request.param
    made = await _made(shape, tmp_path)
    try:
        yield made
    finally:
        await made.close()


async def _made(shape: dict[str, str] | str | None, folder: Path) -> Bed:
    if shape is None:
        return DryBed(folder)
    if shape == "ecs":
        return await EcsBed.open()
    if isinstance(shape, str):
        return await GithubBed.open(shape)
    return await SshBed.boot(folder / "host", kind="systemd", **shape)
