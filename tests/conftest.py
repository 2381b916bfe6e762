"""The marker ``needs(capability)``: skips by name, and fails where SLIPWAY_REQUIRE lists what must not skip.

``chaos`` tests run only in ``make chaos`` (SLIPWAY_CHAOS=1); ``scale(n)`` gives their full or hundredth size.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

from tests.capabilities import missing


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: has a long form, run by make chaos")


def _needs(item: pytest.Item) -> Iterable[str]:
    for mark in item.iter_markers("needs"):
        yield from mark.args


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    required = {name.strip() for name in os.environ.get("SLIPWAY_REQUIRE", "").split(",") if name.strip()}
    for item in items:
        for name in _needs(item):
            remedy = missing(name)
            if remedy is None:
                continue
            if name in required:
                item.add_marker(pytest.mark.usefixtures("required_capability_is_missing"))
                item.user_properties.append(("missing", f"{name}: {remedy}"))
            else:
                item.add_marker(pytest.mark.skip(reason=f"needs {name} ({remedy})"))


@pytest.fixture
def required_capability_is_missing(request: pytest.FixtureRequest) -> None:
    """Autoused by marker: SLIPWAY_REQUIRE says that this must run, and the machine cannot."""
    missing_here = [value for key, value in request.node.user_properties if key == "missing"]
    pytest.fail(f"SLIPWAY_REQUIRE lists what is missing here: {missing_here}", pytrace=False)


@pytest.fixture
def scale() -> int:
    """100 in ``make chaos``, 1 in ``make test``: multiply the seeded hundredth by it."""
    return 100 if os.environ.get("SLIPWAY_CHAOS") else 1
