"""Who is still wanted, whose vote did not count and why, and what people said: in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import deploy_card, plan_card, problems
from bot.model import Choice, DeployState, Language, Phase, Plan, Seats, Verdict, Vote, VoteSource
from tests.cards.samples import NOW, a_deploy, a_plan

APPROVER, LANGUAGES = "823456789012345678", pytest.mark.parametrize("lang", ["ko", "en"])


def waiting(facts: dict[str, Any] | None = None, plan: Plan | None = None, **more: Any) -> DeployState:
    deploy = replace(a_deploy(Phase.AWAITING, plan or a_plan()), expires_at=NOW + 600, facts=facts or {})
    return DeployState(deploy, "AI Server", need=2, have=1, **more)


def text_of(state: DeployState, lang: Language) -> str:
    card = deploy_card(state, lang, NOW)
    assert problems(card) == []
    return "\n".join(card.lines)


def test_each_group_says_whom_it_still_lacks() -> None:
    state = waiting(groups=(Seats((), True, 0, 1), Seats((APPROVER,), False, 1, 1)))
    assert f"Groups: on-call 0/1 · <@&{APPROVER}> 1/1" in text_of(state, "en")
    assert f"승인 그룹: 온콜 담당자 0/1 · <@&{APPROVER}> 1/1" in text_of(state, "ko")


@LANGUAGES
def test_the_roles_of_the_groups_are_shown_and_not_pinged(lang: Language) -> None:
    card = deploy_card(waiting(groups=(Seats((APPROVER,), False, 0, 1),)), lang, NOW)
    assert APPROVER not in card.content
    assert card.mentions.roles == ()


@pytest.mark.parametrize(
    ("why", "en", "ko"),
    [
        ("new_role", "role granted too recently", "최근에 부여된 역할"),
        ("role_age_unknown", "age of the role cannot be read", "역할 부여 시점 조회 불가"),
        ("author", "author of a commit in it", "포함된 커밋의 작성자"),
        ("author_unlinked", "not linked to a git author", "git 작성자와 연결되지 않음"),
        ("authors_unknown", "authors of the commits cannot be read", "커밋 작성자 조회 불가"),
    ],
)
def test_why_a_vote_does_not_count_is_said(why: str, en: str, ko: str) -> None:
    vote = Vote("m", "5", "sora", Choice.APPROVE, VoteSource.REACTION, NOW, why)
    assert f"✅ sora ({en})" in text_of(waiting(votes=(vote,)), "en")
    assert f"✅ sora ({ko})" in text_of(waiting(votes=(vote,)), "ko")


@LANGUAGES
def test_presses_that_were_refused_stand_beside_them(lang: Language) -> None:
    told = {"user": "9", "name": "**visitor**", "choice": "reject", "source": "button", "uncounted": "no_role"}
    shown = text_of(waiting({"uncounted": [told]}), lang)
    assert "❌ " in shown
    assert " **visitor**" not in shown


@LANGUAGES
@pytest.mark.parametrize("phase", [Phase.AWAITING, Phase.RUNNING, Phase.SETTLED])
def test_what_people_said_stands_on_the_card_as_inert_text(lang: Language, phase: Phase) -> None:
    said = {"name": "haneul", "choice": "approve", "reason": "@everyone [click](https://evil.example) **now**"}
    state = waiting({"reasons": {"3": said}})
    deploy = replace(state.deploy, phase=phase, verdict=Verdict.REJECTED if phase is Phase.SETTLED else None)
    shown = text_of(replace(state, deploy=deploy), lang)
    assert "✅ haneul: " in shown
    assert "@everyone" not in shown
    assert "[click](https://" not in shown


@LANGUAGES
def test_whoever_rejected_by_a_reaction_may_still_say_why(lang: Language) -> None:
    deploy = replace(
        a_deploy(Phase.SETTLED, a_plan()), verdict=Verdict.REJECTED, code="rejected", ended_by="3", facts={}
    )
    card = deploy_card(DeployState(deploy, "AI Server"), lang, NOW)
    assert [one.action for one in card.buttons] == ["reason"]
    said = {"reasons": {"3": {"name": "haneul", "choice": "reject", "reason": "no"}}}
    again = deploy_card(DeployState(replace(deploy, facts=said), "AI Server"), lang, NOW)
    assert [one.action for one in again.buttons] == []


@LANGUAGES
def test_a_plan_that_nobody_can_approve_says_so_before_its_confirm(lang: Language) -> None:
    strict = {"approve": {"authors": False}}
    words = {"ko": "커밋 작성자를 조회할 수 없어", "en": "so nobody can approve them"}[lang]
    for authors, said in ((None, True), (("a@x",), False)):
        plan = replace(a_plan(), policy=strict, authors=authors)
        card = plan_card(a_deploy(Phase.PLANNED, plan), plan, lang, NOW, "AI Server")
        assert (words in "\n".join(card.lines)) is said
        assert (words in text_of(waiting(plan=plan), lang)) is said
