"""Which of code, model and infrastructure changes, on the plan and in the status; and what is not known is not none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import deploy_card, history_card, plan_card, problems, why_card
from bot.cards.release import release_lines
from bot.model import Commits, HistoryRow, Kind, Language, Model, Phase, Plan, Release, Verdict, WhyLine, WhyView
from tests.cards.samples import NEW, NOW, OLD, TARGET, a_deploy, a_plan, a_state

SMALL, LARGE = Model("qwen2.5-7b"), Model("qwen2.5-14b", ("recipe-lora",))
THERE = {"ran": Release(OLD, SMALL, "c0ffee0011"), "comes": Release(NEW, SMALL, "c0ffee0011")}


def line(kind: Kind = Kind.DEPLOY, **more: Any) -> str:
    return release_lines(a_plan(kind, **more), "en")[0]


def test_what_stays_is_none_and_what_changes_is_said_from_and_to() -> None:
    assert line(**THERE) == "Changes: commits 4 · model none · infra none"
    changed = THERE | {"comes": Release(NEW, LARGE, "badc0de022")}
    assert line(**changed) == (
        "Changes: commits 4 · model qwen2.5-7b → qwen2.5-14b+recipe-lora · infra c0ffee00 → badc0de0"
    )


@pytest.mark.parametrize("ran", [None, Release(OLD)])
def test_what_nobody_can_tell_is_never_none(ran: Release | None) -> None:
    assert line(ran=ran) == "Changes: commits 4 · model not known · infra not known"
    comes = Release(NEW, SMALL, "c0ffee0011")
    assert line(ran=ran, comes=comes) == (
        "Changes: commits 4 · model qwen2.5-7b (before: not known) · infra c0ffee00 (before: not known)"
    )
    assert line(ran=THERE["ran"], comes=Release(NEW)) == "Changes: commits 4 · model not known · infra not known"


def test_without_a_history_only_what_is_known_is_said() -> None:
    assert line(commits=None, **THERE) == "Changes: model none · infra none"
    assert release_lines(a_plan(commits=None), "en") == []


def test_a_rollback_says_which_of_the_three_go_back() -> None:
    back = THERE | {"comes": Release(NEW, LARGE, "c0ffee0011")}
    said = line(Kind.ROLLBACK, commits=Commits(2, (), forward=False), **back)
    assert said == "Goes back: commits 2 · model qwen2.5-7b → qwen2.5-14b+recipe-lora · infra none"


def test_a_rollback_warns_of_a_pair_that_never_ran_together_and_of_infrastructure_that_stays() -> None:
    plan = a_plan(Kind.ROLLBACK, **THERE, once=Release(NEW, LARGE, "0ther00000"), apart=True)
    assert release_lines(plan, "en")[1:] == [
        "⚠️ Version a1b9f2e and model qwen2.5-7b were never recorded running together here.",
        "⚠️ The infrastructure does not go back: version a1b9f2e ran here with another one (now c0ffee00).",
    ]
    assert len(release_lines(replace(plan, kind=Kind.DEPLOY), "en")) == 1


KEYED: dict[str, Any] = {"model": LARGE.id, "section": {"model": {"key": "MODEL_ID"}}}
ORDERED = THERE | {"comes": Release(NEW, LARGE, "c0ffee0011")} | KEYED


def lines(plan: Plan, lang: Language) -> list[str]:
    card = plan_card(a_deploy(Phase.PLANNED, plan), plan, lang, NOW, "AI Server")
    assert problems(card) == []
    return "\n".join(card.lines).split("\n")


def test_an_ordered_model_is_said_with_its_key_and_so_is_what_changes() -> None:
    english = lines(a_plan(**ORDERED), "en")
    assert "Model: qwen2.5-14b is written to `MODEL_ID` with the switch and read back" in english
    assert "Changes: commits 4 · model qwen2.5-7b → qwen2.5-14b+recipe-lora · infra none" in english
    korean = lines(a_plan(**ORDERED), "ko")
    assert "모델: qwen2.5-14b (전환할 때 `MODEL_ID` 항목에 기록하고 다시 읽어 검증)" in korean


def test_a_rollback_says_that_the_model_goes_back_too() -> None:
    plan = a_plan(Kind.ROLLBACK, **ORDERED)
    assert "The model goes back too: qwen2.5-14b is written to `MODEL_ID` and read back" in lines(plan, "en")
    assert "모델도 되돌립니다: qwen2.5-14b (`MODEL_ID` 항목에 기록하고 다시 읽어 검증)" in lines(plan, "ko")


def test_the_way_back_from_a_model_alone_is_the_model_before() -> None:
    alone = a_plan(**ORDERED, from_id=NEW.id, before=NEW, back=NEW)
    assert "Rollback ready: a1b9f2e with model qwen2.5-7b (verified) ✅" in lines(alone, "en")
    assert "롤백 가능: a1b9f2e 버전과 모델 qwen2.5-7b (검증됨) ✅" in lines(alone, "ko")
    unknown = replace(alone, ran=Release(NEW))
    assert "Rollback ready: a1b9f2e (verified) ✅" in lines(unknown, "en")


def test_a_model_that_stands_there_already_is_nothing_to_write() -> None:
    plan = a_plan(**ORDERED, same=True)
    assert not any("MODEL_ID" in line for line in lines(plan, "en"))


@pytest.mark.parametrize(
    ("verdict", "lang", "said"),
    [
        (Verdict.SUCCEEDED, "en", "Model: qwen2.5-7b → qwen2.5-14b+recipe-lora"),
        (Verdict.SUCCEEDED, "ko", "모델: qwen2.5-7b → qwen2.5-14b+recipe-lora"),
        (Verdict.ROLLED_BACK, "en", "Model back at: qwen2.5-7b"),
        (Verdict.ROLLED_BACK, "ko", "되돌린 모델: qwen2.5-7b"),
    ],
)
def test_the_verdict_says_which_model_runs(verdict: Verdict, lang: Language, said: str) -> None:
    deploy = replace(a_deploy(Phase.SETTLED, a_plan(**ORDERED)), verdict=verdict)
    card = deploy_card(a_state(deploy), lang, NOW)
    assert problems(card) == []
    assert said in "\n".join(card.lines).split("\n")


def test_a_model_alone_that_was_taken_back_keeps_no_version_out() -> None:
    for alone in (False, True):
        plan = a_plan(**ORDERED, **({"from_id": NEW.id, "before": NEW, "back": NEW} if alone else {}))
        deploy = replace(a_deploy(Phase.SETTLED, plan), verdict=Verdict.ROLLED_BACK)
        card = deploy_card(a_state(deploy), "en", NOW)
        assert any("Locked after rollback" in line for line in card.lines) is not alone


def test_the_history_and_the_story_of_a_deploy_name_the_model() -> None:
    row = HistoryRow(NOW, TARGET, 128, Kind.DEPLOY, OLD, NEW, Verdict.SUCCEEDED, model=LARGE.id, who="jieun")
    assert "a1b9f2e + qwen2.5-14b" in history_card([row], "en", NOW).lines[0]
    told = WhyView(TARGET, (WhyLine(NOW, "planned", "jieun", {"kind": "deploy", "model": LARGE.id}),), 128)
    assert "asked for a plan (deploy, model qwen2.5-14b)" in why_card(told, "en", NOW).lines[0]
    assert "모델 qwen2.5-14b" in why_card(told, "ko", NOW).lines[0]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_model_id_from_outside_is_inert_on_the_card(lang: Any) -> None:
    model = Model("@everyone[x](https://e.org)`" + "m" * 300)
    written = {**KEYED, "model": model.id}
    plan = a_plan(Kind.ROLLBACK, ran=Release(OLD, SMALL), comes=Release(NEW, model), apart=True, **written)
    card = plan_card(a_deploy(Phase.PLANNED, plan), plan, lang, NOW, "AI Server")
    assert problems(card) == []
    assert "@everyone" not in "\n".join(card.lines)
    assert "https://e.org" not in "\n".join(card.lines)
