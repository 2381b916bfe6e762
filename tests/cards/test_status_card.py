"""What runs where now, as people see it."""

from __future__ import annotations

from typing import Any

from bot.cards import problems, status_card
from bot.client.items import TEMPLATE, custom_id
from bot.model import (
    Card,
    Colour,
    Freeze,
    Health,
    Known,
    Lock,
    Model,
    Nothing,
    Release,
    Running,
    StatusRow,
    Target,
    Unreadable,
    drift_mark,
)
from tests.cards.samples import BAD, GOOD, NEW, NOW, OLD, TARGET, ULID

LOCK = Lock(1, "ai-server", "prod", "7", "minsu", "exam", NOW, NOW + 60)
STAGING = Target("ai-server", "staging")


def shown(card: Card) -> str:
    assert problems(card) == []
    assert "<t:" not in card.content
    return "\n".join((card.content, *card.lines))


def a_row(target: Target = TARGET, **more: Any) -> StatusRow:
    fixed: dict[str, Any] = {
        "target": target,
        "title": "AI Server",
        "observed": Running(NEW, "socket", "i", NOW - 3600),
        "recorded": Known(NEW, "verified", NOW - 3600, 128, "jieun"),
        "drift": False,
        "health": GOOD,
        "ref": ULID,
        "adapter": "ssh",
    }
    return StatusRow(**{**fixed, **more})


def test_a_healthy_target_says_version_health_age_and_who() -> None:
    card = status_card([a_row()], "en", NOW)
    assert card.lines == (
        f"✅ **ai-server · prod** · a1b9f2e · healthy (HTTP 200 · 84 ms) · started <t:{int(NOW - 3600)}:R>",
        f"Deployed by jieun · <t:{int(NOW - 3600)}:R> · #128",
    )
    assert card.content == "📋 ai-server · prod · a1b9f2e · healthy (HTTP 200 · 84 ms)"
    assert card.colour is Colour.GREEN
    assert [(button.action, button.ref) for button in card.buttons] == [
        ("rollback", ULID),
        ("logs", "ai-server/prod"),
        ("diff", ULID),
        ("share", ""),
    ]


def test_drift_is_told_in_words() -> None:
    card = status_card([a_row(drift=True, recorded=Known(OLD, "verified", NOW, 127, "jieun"))], "en", NOW)
    assert card.lines[0].startswith("⚠️")
    assert card.lines[1].startswith("⚠️ Drift: recorded 9c1e0aa · running a1b9f2e")
    assert card.colour is Colour.GREY


def test_a_drift_offers_to_accept_or_to_restore_and_the_buttons_name_the_very_drift() -> None:
    card = status_card([a_row(drift=True, recorded=Known(OLD, "verified", NOW, 127, "jieun"))], "en", NOW)
    shown(card)
    ref = f"ai-server/prod/{drift_mark(OLD, NEW)}"
    assert [(one.action, one.ref, one.label) for one in card.buttons[:2]] == [
        ("accept", ref, "Accept what runs"),
        ("restore", ref, "Restore what is recorded"),
    ]
    assert drift_mark(OLD, NEW) != drift_mark(NEW, OLD)


def test_without_a_drift_and_among_several_targets_there_is_nothing_to_accept() -> None:
    drifting = a_row(drift=True, recorded=Known(OLD, "verified", NOW, 127, "jieun"))
    for rows in ([a_row()], [drifting, a_row(STAGING)]):
        assert not {"accept", "restore"} & {button.action for button in status_card(rows, "en", NOW).buttons}


def test_the_longest_names_fit_into_a_buttons_id() -> None:
    target = Target("s" * 32, "e" * 32)
    card = status_card([a_row(target, drift=True, recorded=Known(OLD, "verified", NOW))], "en", NOW)
    shown(card)
    assert all(TEMPLATE.fullmatch(custom_id(one.action, one.ref)) for one in card.buttons)


def test_the_model_that_was_recorded_with_the_running_version_is_shown() -> None:
    known = Release(NEW, Model("qwen2.5-7b", ("recipe-lora",)), "c0ffee0011")
    assert "Model qwen2.5-7b+recipe-lora · infra c0ffee00" in status_card([a_row(release=known)], "en", NOW).lines
    assert "Model" not in shown(status_card([a_row(release=Release(NEW, None, "c0ffee0011"))], "en", NOW))


def test_what_nobody_can_read_is_not_shown_as_running() -> None:
    row = a_row(observed=Unreadable("unreachable", {"host": "h", "reason": "timeout"}), health=None)
    card = status_card([row], "en", NOW)
    assert card.lines[0].startswith("❔ **ai-server · prod** · recorded a1b9f2e · not observed: The server cannot be")
    assert "healthy" not in card.content
    assert card.colour is Colour.GREY


def test_an_unhealthy_target_is_red_and_says_so() -> None:
    card = status_card([a_row(health=BAD), a_row(STAGING)], "en", NOW)
    assert card.colour is Colour.RED
    assert card.lines[0].startswith("❌ **ai-server · prod** · a1b9f2e · unhealthy (HTTP 502)")
    assert card.content == "📋 Targets 2 · drift 0 · unhealthy 1"


def test_locks_freezes_open_deploys_and_distance_are_shown() -> None:
    row = a_row(lock=LOCK, freeze=Freeze(1, "prod", "7", "", NOW, None), busy=130, busy_phase="awaiting", behind=4)
    said = shown(status_card([row], "en", NOW))
    assert f"🔒 Locked: minsu · reason: exam · until: <t:{int(NOW + 60)}:R>" in said
    assert "❄️ Freeze · reason: none · ends: no end" in said
    assert "⏳ Open deploy: #130 (waiting for approval)" in said
    assert "Behind the environment before: commits 4" in said


def test_an_empty_target_and_one_without_a_deploy_offer_no_rollback() -> None:
    card = status_card([a_row(observed=Nothing(), recorded=None, health=None, ref="")], "ko", NOW)
    assert card.lines == ("⚪ **ai-server · prod** · 실행 중인 버전 없음",)
    assert [button.action for button in card.buttons] == ["logs", "share"]


def test_the_select_leads_to_each_target_and_tells_share_what_was_shown() -> None:
    rows = [a_row(Target("svc", f"env{n}")) for n in range(40)]
    card = status_card(rows, "en", NOW)
    shown(card)
    assert [option.value for option in card.selects[0].options] == [row.target.key for row in rows[:25]]
    assert [option.value for option in status_card([a_row()], "en", NOW).selects[0].options] == ["ai-server/prod"]
    assert status_card([], "en", NOW).content == "There are no targets."


def test_a_health_check_that_is_missing_is_said() -> None:
    assert "no health check" in shown(status_card([a_row(health=None)], "en", NOW))
    silent = Health(False, 1, None, None, "not_configured")
    assert "no health check configured" in shown(status_card([a_row(health=silent)], "en", NOW))
