from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.life.house import House, built


@pytest.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """``@pytest.mark.parametrize("house", [{"step": "1s"}], indirect=True)`` sets options."""
    options = getattr(request, "param", {})
    async with built(tmp_path, **options) as found:
        yield found


def having(**options: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("house", [options], indirect=True)
