"""How facts become text."""

from __future__ import annotations

import pytest

from bot.model import Target, Version
from bot.wording import Trusted, clock, duration, first, language, mention, text, when


@pytest.mark.parametrize(
    ("seconds", "ko", "en"),
    [
        (0, "0초", "0 s"),
        (0.04, "0.1초", "0.1 s"),
        (0.42, "0.4초", "0.4 s"),
        (0.97, "1초", "1 s"),
        (24, "24초", "24 s"),
        (59.6, "1분", "1 min"),
        (90, "1분 30초", "1 min 30 s"),
        (151, "2분 31초", "2 min 31 s"),
        (3600, "1시간", "1 h"),
        (3605, "1시간", "1 h"),
        (3900, "1시간 5분", "1 h 5 min"),
        (90061, "1일 1시간", "1 d 1 h"),
        (-5, "0초", "0 s"),
    ],
)
def test_durations_have_at_most_two_units(seconds: float, ko: str, en: str) -> None:
    assert (duration("ko", seconds), duration("en", seconds)) == (ko, en)


def test_facts_are_told_by_their_names() -> None:
    locked = {"target": Target("ai", "prod"), "who": "minsu", "when": 1000.7, "reason": "demo", "until": None}
    assert text("en", "refuse.locked", **locked).startswith(
        "Cannot deploy · ai · prod · locked · minsu · <t:1000:R> · reason: demo · until: no end."
    )
    assert text("ko", "running.slow", usual=90.0) == "평소보다 오래 걸리고 있습니다. (평소 1분 30초)"
    assert text("ko", "fail.step", step="health") == "❌ 실패 단계: 헬스체크"
    assert text("en", "plan.rollback.yes", version=Version("9" * 40, "9999999")) == (
        "Rollback ready: 9999999 (verified) ✅"
    )
    assert text("en", "plan.changed", what=("to_id", "policy")).startswith(
        "The plan changed while you were reading it: the version to deploy, the policy."
    )
    assert text("en", "plan.changes.commits", n=4) == "Changes: commits 4"


def test_a_code_that_is_no_word_is_shown_as_it_is() -> None:
    assert text("en", "fail.step", step="warm_up") == "❌ Failed step: warm_up"


def test_a_step_is_never_mistaken_for_a_text_with_gaps() -> None:
    for state in ("running", "done", "todo", "failed", "skipped"):
        assert text("en", "fail.step", step=state) == f"❌ Failed step: {state}"


def test_a_missing_fact_costs_no_message() -> None:
    assert text("en", "plan.lock") == "🔒 Locked: – · reason: none · until: no end"


def test_a_missing_mention_leaves_no_gap_in_front() -> None:
    assert text("en", "approval.content", mention=Trusted("")).startswith("Approval needed")
    assert text("en", "fail.ping.content", mention=mention("1")).startswith("<@1> ❌ Deploy failed")


def test_long_lists_are_cut_with_their_count() -> None:
    shown = text("en", "running.people", who="a", approvers=[str(n) for n in range(14)])
    assert shown.endswith("8, 9, +4")


def test_braces_from_outside_are_only_text() -> None:
    assert text("en", "plan.reason", reason="{who} {0.__class__}") == r"Reason: {who} {0.\_\_class\_\_}"


def test_a_key_without_text_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        text("en", "no.such.key")
    assert first("en", ("no.such.key", "word.none")) == "none"


@pytest.mark.parametrize(("locale", "ours"), [("ko", "ko"), ("ko-KR", "ko"), ("en-US", "en"), ("ja", "en"), ("", "en")])
def test_readers_get_korean_or_english(locale: str, ours: str) -> None:
    assert language(locale) == ours


def test_moments_are_kept_fresh_by_discord() -> None:
    assert when(1763600000.9) == "<t:1763600000:R>"
    assert clock(1763600000.9) == "<t:1763600000:T>"
