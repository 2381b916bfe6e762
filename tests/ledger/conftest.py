from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.stories import Story, made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slipway.db"


@pytest.fixture
def story(path: Path) -> Iterator[Story]:
    story = Story(made(path))
    yield story
    story.db.close()
