"""The pinned board: compact, whole or honest about what it leaves out, and never a ping."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.board.panel import panel
from bot.cards import post_card, problems
from bot.cards.limits import DESCRIPTION, units
from bot.model import (
    Card,
    Colour,
    Freeze,
    Health,
    Known,
    Language,
    Lock,
    Mentions,
    Nothing,
    Running,
    StatusRow,
    Target,
    Unreadable,
)
from tests.cards.samples import BAD, GOOD, NEW, NOW, OLD, TARGET, ULID
from tests.wording.hostile import HOSTILE, alive

LOCK = Lock(1, "ai-server", "prod", "7", "minsu", "exam", NOW, None)
FROZEN = Freeze(1, "prod", "7", "exam", NOW, None)


def row(env: str = "prod", **more: Any) -> StatusRow:
    recorded = Known(NEW, "verified", NOW, 128, "jieun")
    found = StatusRow(Target("ai-server", env), "AI", Running(NEW, "socket"), recorded, False, GOOD, ref=ULID)
    return replace(found, **more)


def card(*rows: StatusRow, lang: Language = "en") -> Card:
    found = post_card("board", {"lines": panel(rows), "at": NOW}, lang, NOW, Mentions())
    assert problems(found) == []
    assert (found.buttons, found.selects, found.mentions) == ((), (), Mentions())
    assert "<t:" not in found.content
    return found


def test_each_target_has_one_line_and_the_moment_is_said() -> None:
    found = card(row(), row("staging", lock=LOCK, freeze=FROZEN, busy=131))
    assert found.content == "📋 Targets 2 · drift 0 · unhealthy 0"
    assert found.lines == (
        "✅ **ai-server · prod** · a1b9f2e · healthy",
        "✅ **ai-server · staging** · a1b9f2e · healthy · ⏳ open deploy #131 · 🔒 locked · ❄️ freeze",
        f"As of <t:{int(NOW)}:R>",
        "Details and actions: /status",
    )
    assert found.colour is Colour.GREEN


def test_trouble_stands_first_in_words() -> None:
    found = card(
        row("dev"),
        row("staging", drift=True, recorded=Known(OLD, "verified", NOW)),
        row("prod", health=BAD),
        row("one", observed=Nothing(), health=BAD),
        row("two", observed=Unreadable("unreachable"), health=BAD),
        row("new", observed=Nothing(), recorded=None, health=BAD),
    )
    assert [line.split("** · ")[1] for line in found.lines[:6]] == [
        "a1b9f2e · drift: recorded 9c1e0aa",
        "a1b9f2e · unhealthy",
        "nothing runs",
        "a1b9f2e · recorded, not observed",
        "a1b9f2e · healthy",
        "nothing deployed yet",
    ]
    assert found.content == "📋 Targets 6 · drift 1 · unhealthy 3"
    assert found.colour is Colour.RED


def test_without_a_health_check_nothing_is_called_healthy() -> None:
    found = card(row(health=Health(False, 1, None, None, "not_configured")))
    assert found.lines[0].endswith("no health check")
    assert found.colour is Colour.GREEN


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_many_targets_fit_and_what_is_left_out_is_counted(lang: Language) -> None:
    rows = [row(f"e{number:030}", lock=LOCK) for number in range(200)]
    rows.append(row("last", health=BAD))
    found = card(*rows, lang=lang)
    assert "ai-server · last" in found.lines[0]
    left = 201 - sum("**" in line for line in found.lines)
    assert left > 0
    assert any(f"{left}" in line and "/status" in line for line in found.lines)
    assert units("\n".join(found.lines)) <= DESCRIPTION
    assert found.files == ()


@given(HOSTILE)
def test_a_version_from_outside_is_inert(outside: str) -> None:
    found = card(row(observed=Running(replace(NEW, label=outside), "platform")))
    assert alive(found.lines[0]) == []


def test_only_what_differs_between_two_looks_is_kept() -> None:
    slow = Health(True, 1, 200, 900.0, None, NOW + 60)
    assert panel([row()]) == panel([row(health=slow)])
    assert panel([row()]) != panel([row(busy=131)])
    assert TARGET.env == "prod"
