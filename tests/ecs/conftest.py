"""The local AWS with a service that rolls out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ecs.town import Town, town


@pytest.fixture
async def world() -> AsyncIterator[Town]:
    async with town() as made:
        yield made
