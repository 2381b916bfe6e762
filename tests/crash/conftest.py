from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.child import Nursery


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    folder: Path = tmp_path_factory.mktemp("nursery")
    with Nursery(folder) as found:
        yield found
