"""The private plan: what would happen, bound to one digest, and the buttons that fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import changed_card, error_card, notice, plan_card, problems, spent_card
from bot.model import Card, Commit, Commits, Kind, Known, Language, Lock, Origin, Phase, Plan, Style, Version
from tests.cards.samples import GOOD, IMPACT, NEW, NOW, OLD, a_deploy, a_plan

LOCK = Lock(1, "ai-server", "prod", "7", "minsu", "demo", NOW - 60, None)
AFTER = replace(LOCK, version=OLD, after_rollback=True)


def card_of(plan: Plan, lang: Language = "en", can_unlock: bool = False) -> Card:
    card = plan_card(a_deploy(Phase.PLANNED, plan), plan, lang, NOW, "AI Server", can_unlock, IMPACT)
    assert problems(card) == []
    return card


def actions(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


def test_the_plan_of_the_design_reads_as_it_was_drawn() -> None:
    card = card_of(a_plan(findings=()))
    assert card.content == "Deploy plan · ai-server · prod · a1b9f2e"
    assert card.title == "AI Server deploy plan"
    assert card.lines[:3] == (
        f"Current: 9c1e0aa · <t:{int(NOW - 172800)}:R> · minsu",
        "New: a1b9f2e (main)",
        "Changes: commits 4 · model not known · infra not known",
    )
    assert card.lines[3] == "`a1b9f2e` `fix: missing LoRA response` · jieun"
    assert card.lines[6:] == (
        "… 1 more",
        "Expected: about 2 min 30 s (median of last 10)",
        "AI features stop for about 30 s.",
        "Rollback ready: 9c1e0aa (verified) ✅",
        "Running version verified by: the health port belongs to the new process",
        "Lock: none",
        f"Expires <t:{int(NOW + 570)}:R> · plan `4f2a`",
    )
    assert [(button.label, button.style) for button in card.buttons] == [
        ("Deploy to prod", Style.PRIMARY),
        ("Cancel", Style.SECONDARY),
    ]


def test_drift_stands_before_everything_else() -> None:
    card = card_of(a_plan(recorded=NEW))
    assert card.lines[0].startswith("⚠️ Drift: recorded a1b9f2e · running 9c1e0aa")
    assert not card_of(a_plan(recorded=OLD)).lines[0].startswith("⚠️")


def test_a_first_deploy_says_that_nothing_is_there_to_go_back_to() -> None:
    card = card_of(a_plan(before=None, from_id=None, back=None, commits=None, current=None, first=True))
    assert card.lines[0] == "Current: none (first deploy)"
    assert "No rollback: no version to return to ⚠️" in card.lines


def test_what_was_found_running_is_not_ascribed_to_anybody() -> None:
    assert card_of(a_plan(current=None)).lines[0].startswith("Current: 9c1e0aa (observed")
    assert "(observed" in card_of(a_plan(current=Known(OLD, "observed", NOW))).lines[0]


def test_a_version_that_runs_already_offers_restart_and_redeploy_instead() -> None:
    card = card_of(a_plan(same=True, before=NEW))
    assert actions(card) == ["restart", "redeploy", "close"]
    assert card.lines[0].startswith("Version a1b9f2e is already running.")
    assert card.content.startswith("Already running")


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_order_is_called_by_its_name(kind: Kind, lang: Language) -> None:
    card = card_of(a_plan(kind), lang)
    words = {
        "ko": {"deploy": "배포", "rollback": "롤백", "restart": "재시작", "redeploy": "재배포", "promote": "승격"},
        "en": {
            "deploy": "Deploy",
            "rollback": "Rollback",
            "restart": "Restart",
            "redeploy": "Redeploy",
            "promote": "Promotion",
        },
    }
    assert card.content.startswith(f"{words[lang][kind]} ")
    assert words[lang][kind].lower() in card.title.lower()
    assert actions(card) == ["confirm", "close"]


ORIGIN = Origin("staging", Known(NEW, "verified", NOW - 10800, 127, "jieun"), GOOD)


def test_a_promotion_says_from_where_since_when_and_by_which_health_check() -> None:
    lines = card_of(a_plan(Kind.PROMOTE, wanted=None, origin=ORIGIN)).lines
    assert lines[1:4] == (
        "New: a1b9f2e",
        "Promotion: staging → prod",
        f"Verified in staging ✅ · <t:{int(NOW - 10800)}:R> · #127 · health check: HTTP 200 · try 2 · 84 ms",
    )
    korean = card_of(a_plan(Kind.PROMOTE, wanted=None, origin=ORIGIN), "ko")
    assert korean.lines[2] == "승격: staging → prod"
    assert korean.lines[3].endswith("#127 · 헬스체크: HTTP 200 · 2번째 시도 · 84 ms")
    assert [button.label for button in korean.buttons] == ["prod 승격 진행", "취소"]


def test_a_promotion_that_was_verified_later_names_no_health_check_of_the_deploy() -> None:
    lines = card_of(a_plan(Kind.PROMOTE, origin=replace(ORIGIN, health=None))).lines
    assert lines[3].endswith("#127 · health check run again later")


def test_a_promotion_past_the_lock_that_a_rollback_left_says_what_it_does() -> None:
    card = card_of(a_plan(Kind.PROMOTE, lock=AFTER, origin=ORIGIN), can_unlock=True)
    assert [button.label for button in card.buttons] == ["Unlock and promote", "Cancel"]


def test_commits_that_go_away_are_called_so() -> None:
    commits = Commits(2, (Commit(NEW.id, "jieun", "feat: x", NOW),), forward=False)
    assert (
        "Goes back: commits 2 · model not known · infra not known"
        in card_of(a_plan(Kind.ROLLBACK, commits=commits)).lines
    )


def test_a_lock_after_a_rollback_can_be_opened_for_another_version() -> None:
    card = card_of(a_plan(lock=AFTER), can_unlock=True)
    assert actions(card) == ["unlock_deploy", "close"]
    assert card.buttons[0].style is Style.DANGER
    assert "This version is not the one kept out. Going on removes the lock." in card.lines


def test_a_persons_lock_is_shown_with_its_reason_and_stays_for_a_rollback() -> None:
    card = card_of(a_plan(Kind.ROLLBACK, lock=LOCK))
    assert "🔒 Locked: minsu · reason: demo · until: no end" in card.lines
    assert "The rollback may go on. The lock stays and its owner is told." in card.lines
    assert actions(card) == ["confirm", "close"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"downtime": 0.0}, "No interruption (zero-downtime deploy)"),
        ({"downtime": None}, "Downtime: no record yet"),
        ({"expected": None}, "Expected: no record yet"),
        ({"reason": "hotfix for 500s"}, "Reason: hotfix for 500s"),
        ({"wanted": None}, "New: a1b9f2e (main)"),
        ({"wanted": None, "to": replace(NEW, ref=None)}, "New: a1b9f2e"),
        ({"wanted": NEW.id}, "New: a1b9f2e"),
    ],
)
def test_what_is_not_known_is_not_invented(more: dict[str, Any], said: str) -> None:
    assert said in card_of(a_plan(**more)).lines


def test_warnings_of_the_preflight_are_on_the_plan() -> None:
    assert any(line.startswith("⚠️ sudo allows too much") for line in card_of(a_plan()).lines)


def test_a_plan_that_changed_says_what_and_leads_to_a_new_one() -> None:
    card = changed_card(("to_id", "policy"), "en", "REF")
    assert "the version to deploy, the policy" in card.lines[0]
    assert [(button.action, button.ref) for button in card.buttons] == [("replan", "REF")]


def test_an_expired_plan_leads_to_a_new_one() -> None:
    card = spent_card("plan_expired", "ko", "REF")
    assert card.content == "배포 계획이 만료되었습니다. 실행된 작업은 없습니다."
    assert [button.label for button in card.buttons] == ["새 계획 보기"]


def test_a_bug_is_told_with_its_reference() -> None:
    assert error_card("ab12cd34", "en").content.startswith("Something went wrong inside the bot. (error ab12cd34)")


def test_a_notice_with_a_timestamp_keeps_it_out_of_the_content() -> None:
    card = notice("notice.frozen", "en", env="prod", until=NOW, reason="exam")
    assert "<t:" not in card.content
    assert f"<t:{int(NOW)}:R>" in card.lines[0]
    assert notice("notice.shared", "en").lines == ()


def test_long_version_names_leave_the_button_readable() -> None:
    long = Version("f" * 40, "release-2026-11-20-with-a-very-long-name-indeed")
    card = plan_card(
        replace(a_deploy(Phase.PLANNED), target=replace(a_plan().target, env="e" * 60)),
        a_plan(target=replace(a_plan().target, env="e" * 60), to=long),
        "ko",
        NOW,
        "t" * 300,
    )
    assert problems(card) == []
    assert card.buttons[0].label.endswith("… 배포 진행")
