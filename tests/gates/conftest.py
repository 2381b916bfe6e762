from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.life import Life, lived


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with lived(tmp_path) as found:
        yield found
