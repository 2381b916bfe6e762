"""The marker ``needs(capability)``: skips by name, and fails where SLIPWAY_REQUIRE lists what must not skip.

``chaos`` marks what ``make chaos`` (SLIPWAY_CHAOS=1) runs in full: the fixture ``scale`` multiplies by 100 there, and
all that Hypothesis tries has the profile "chaos" instead of "test".
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import hypothesis
import pytest

from tests.capabilities import missing

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: has a long form, run by make chaos")


# A busy machine is slow, and that is no failure: neither a deadline nor a health check measures it.
PATIENT = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("test", PATIENT, max_examples=25)
hypothesis.settings.register_profile("chaos", PATIENT, max_examples=500)
hypothesis.settings.load_profile("chaos" if os.environ.get("SLIPWAY_CHAOS") else "test")


SLOW = ("tour", "crash", "playground_page", "life", "ssh")  # first, so that no worker is left alone with one at the end


def _rank(item: pytest.Item) -> int:
    kind = item.path.relative_to(HERE).parts[0]
    return SLOW.index(kind) if kind in SLOW else len(SLOW)


def _needs(item: pytest.Item) -> Iterable[str]:
    for mark in item.iter_markers("needs"):
        yield from mark.args


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    required = {name.strip() for name in os.environ.get("SLIPWAY_REQUIRE", "").split(",") if name.strip()}
    items.sort(key=_rank)
    for item in items:
        if hypothesis.is_hypothesis_test(getattr(item, "function", None)):
            item.add_marker("chaos")
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
