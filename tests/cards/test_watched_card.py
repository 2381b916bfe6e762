"""A deploy that is watched: its newest reading and its end; when nothing is clear, who decides what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import deploy_card, history_card, ping_card, plan_card, problems
from bot.model import Card, Colour, Deploy, HistoryRow, Kind, Language, Mentions, Outcome, Phase, Verdict
from tests.cards.samples import GOOD, NOW, OLD, TARGET, a_deploy, a_failure, a_plan, a_state, settled
from tests.cards.test_deploy_card import LANGUAGES, actions

READ = {"bound": "< 0.01", "need": 500, "code": "within", "value": 0.004, "samples": 812, "ends": NOW + 360}
CODES = ("within", "broken", "too_few", "absent", "nan", "infinite", "several", "rejected", "timeout", "new_code")


def watched(**changes: Any) -> Deploy:
    more = changes.pop("deploy", {})
    return a_deploy(Phase.WATCHING, **{"health": GOOD, "facts": {"watch": {**READ, **changes}}, **more})


def drawn(deploy: Deploy, lang: Language = "en") -> Card:
    card = deploy_card(a_state(deploy), lang, NOW)
    assert problems(card) == []
    return card


def test_the_reading_its_bound_its_samples_and_its_end_are_shown() -> None:
    card = drawn(watched())
    assert card.content == "⏳ Being watched · ai-server · prod · a1b9f2e · #128"
    assert "Being watched: 0.004 (bound `< 0.01`) · 812 of 500 samples · ends <t:1763600360:R>" in card.lines
    assert card.colour is Colour.RUNNING
    assert actions(card) == ["stop"]


def test_the_same_in_korean() -> None:
    card = drawn(watched(), "ko")
    assert "지표 관찰 중: 0.004 (기준 `< 0.01`) · 표본 812/500개 · 종료 <t:1763600360:R>" in card.lines
    assert [button.label for button in card.buttons] == ["9c1e0aa 버전으로 되돌리기"]


def test_before_the_first_reading_only_the_bound_is_known() -> None:
    lines = drawn(watched(code=None, value=None, samples=None)).lines
    assert "Being watched: no reading yet (bound `< 0.01`) · ends <t:1763600360:R>" in lines


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_reading_is_told_also_where_there_is_no_number(code: str, lang: Language) -> None:
    number = code in ("within", "broken", "too_few")
    for held in (None, NOW):
        card = drawn(watched(code=code, held=held, **({} if number else {"value": None, "samples": None})), lang)
        assert not any("–" in line for line in card.lines)
        assert sum("0.01" in line for line in card.lines) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_held_deploy_offers_the_three_answers_and_says_that_it_waits(lang: Language) -> None:
    card = drawn(watched(code="too_few", samples=3, held=NOW), lang)
    assert actions(card) == ["watch_on", "stop", "keep"]
    assert card.colour is Colour.GREY
    assert card.content.startswith("⚠️")


def test_where_nothing_can_be_put_back_that_answer_is_not_offered() -> None:
    for plan in (a_plan(before=None, back=None), a_plan(back=None), a_plan(back=replace(OLD, id="e" * 40))):
        card = drawn(watched(held=NOW, deploy={"plan": plan}))
        assert actions(card) == ["watch_on", "keep"]


def test_once_stop_was_asked_for_nothing_is_offered() -> None:
    card = drawn(watched(held=NOW, deploy={"stop_asked": True}))
    assert actions(card) == []
    assert any("Stop was asked for" in line for line in card.lines)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["watch_held", "watch_nag"])
def test_the_ping_carries_the_answers(kind: str, lang: Language) -> None:
    state = a_state(watched(code="absent", value=None, samples=None, held=NOW))
    card = ping_card(kind, state, lang, NOW, Mentions(("1001",)))
    assert actions(card) == ["watch_on", "stop", "keep"]
    assert "a1b9f2e" in card.content


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_green_card_shows_the_final_reading(lang: Language) -> None:
    card = drawn(settled(Verdict.SUCCEEDED, facts={"watch": READ}), lang)
    assert sum("0.004" in line and "812" in line for line in card.lines) == 1


def test_what_a_person_kept_is_never_called_verified() -> None:
    kept = settled(
        Verdict.SUCCEEDED,
        code="kept_by_person",
        ended_by_name="haneul",
        facts={"reason": "no traffic at night", "watch": {**READ, "code": "too_few", "samples": 3}},
    )
    card = drawn(kept)
    assert card.content == "✅ Deployed, kept by haneul without the metric · ai-server · prod · a1b9f2e"
    assert card.title == "AI Server deployed - kept by a person without the metric"
    assert any("Kept by haneul without the metric · reason: no traffic at night" in line for line in card.lines)
    assert not any("version verified" in line for line in card.lines)
    row = HistoryRow(NOW, TARGET, 128, verdict=Verdict.SUCCEEDED, code="kept_by_person", who="jieun")
    assert "kept by a person" in history_card([row], "en", NOW).lines[0]


def test_the_plan_says_what_will_be_watched_and_a_rollbacks_says_nothing() -> None:
    gates = {
        "watch_after": {"for_": 600.0, "metric": {"query": "q", "bound": "< 0.01", "samples": 500, "prometheus": ""}}
    }
    lines = plan_card(a_deploy(), a_plan(gates=gates), "en", NOW, "AI Server").lines
    assert "Afterwards a metric is watched for 10 min (bound `< 0.01`, at least 500 samples)" in lines
    for plan in (a_plan(Kind.ROLLBACK, gates=gates), a_plan(gates=gates, emergency=True), a_plan()):
        assert not any("watched" in line for line in plan_card(a_deploy(), plan, "en", NOW, "AI Server").lines)


@pytest.mark.parametrize(("lang", "said"), [("en", "0.2 over 812 samples"), ("ko", "지표 값 0.2")])
def test_a_metric_that_says_no_is_told_with_its_value(lang: Language, said: str) -> None:
    facts = {"value": 0.2, "bound": "< 0.01", "samples": 812, "need": 500}
    failure = replace(a_failure(), code="metric_broken", step="watch", facts=facts, log=())
    card = drawn(settled(Verdict.FAILED, Outcome.METRIC, failure=failure, health=GOOD, code="metric_broken"), lang)
    assert any(said in line for line in card.lines)
    assert actions(card) == ["rollback", "logs"]
