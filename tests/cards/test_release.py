"""Which of code, model and infrastructure changes, on the plan and in the status; and what is not known is not none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import plan_card, problems
from bot.cards.release import release_lines
from bot.model import Commits, Kind, Model, Phase, Release
from tests.cards.samples import NEW, NOW, OLD, a_deploy, a_plan

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


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_model_id_from_outside_is_inert_on_the_card(lang: Any) -> None:
    model = Model("@everyone[x](https://e.org)`" + "m" * 300)
    plan = a_plan(Kind.ROLLBACK, ran=Release(OLD, SMALL), comes=Release(NEW, model), apart=True)
    card = plan_card(a_deploy(Phase.PLANNED, plan), plan, lang, NOW, "AI Server")
    assert problems(card) == []
    assert "@everyone" not in "\n".join(card.lines)
    assert "https://e.org" not in "\n".join(card.lines)
