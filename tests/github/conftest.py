"""The imitation of GitHub with a repository that deploys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.github.town import Town, town


@pytest.fixture
async def world() -> AsyncIterator[Town]:
    async with town() as made:
        yield made
