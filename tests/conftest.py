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
import structlog

from tests.capabilities import missing

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "chaos: has a long form, run by make chaos")
    # By default a traceback is drawn in boxes with every local variable: seconds in which nothing else runs.
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


# A busy machine is slow, and that is no failure: neither a deadline nor a health check measures it.
PATIENT = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("test", PATIENT, max_examples=25)
hypothesis.settings.register_profile("chaos", PATIENT, max_examples=500)
hypothesis.settings.load_profile("chaos" if os.environ.get("SLIPWAY_CHAOS") else "test")


# The files that take longest, longest first: what begins last ends the run, and that had better be short.
LONGEST = (
    "crash/test_kill.py",
    "tour/test_tour.py",
    "ssh/test_kept.py",
    "life/test_host_deploys.py",
    "cli/test_outside.py",
    "ssh/test_bad_hosts.py",
    "playground_page/test_stock_bot.py",
    "playground_page/test_browser.py",
    "ecs/real/test_adapter.py",
    "ecs/real/test_platform.py",
    "ssh/test_bad_deploys.py",
    "contract/test_contract.py",
    "ssh/test_bad_lines.py",
    "cli/test_main.py",
    "playground_page/test_story.py",
    "ssh/test_who_answers.py",
    "tour/test_demo.py",
    "playground_host/test_systemd_host.py",
    "playground_host/test_shim_host.py",
    "authority/test_interleavings.py",
    "life/test_host_refusals.py",
    "crash/test_kill_on_a_host.py",
    "engine/test_walk.py",
)
SLOW = ("crash", "life", "playground_host", "playground_page", "ssh")  # then what is left of these


def _rank(item: pytest.Item) -> int:
    file = item.path.relative_to(HERE)
    if (name := file.as_posix()) in LONGEST:
        return LONGEST.index(name)
    return len(LONGEST) + (file.parts[0] not in SLOW)


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
