"""Several promotions as one: the private plan, the approval that is asked once, and the parts that wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import deploy_card, problems, set_card
from bot.model import Card, Deploy, Language, Mentions, Phase, PromotionSet, Verdict
from tests.cards.samples import NOW, a_set, a_state

WHO = Mentions(users=("1001",))
DRIFTED = {"target": "jobs · prod", "before": "staging", "recorded": "a", "running": None}
LEFT = (
    {"code": "before_drifted", "kind": None, "facts": DRIFTED},
    {"code": "unreachable", "kind": "dry_run", "facts": {"reason": "asked for"}},
)  # fmt: skip


def card_of(found: PromotionSet, planned: list[Deploy], lang: Language = "en") -> Card:
    card = set_card(found, planned, lang, NOW)
    assert problems(card) == []
    return card


def asked(lang: Language = "en", phase: Phase = Phase.AWAITING) -> Card:
    found, planned = a_set(phase)
    return deploy_card(a_state(planned[0], set=found, together=tuple(planned)), lang, NOW, WHO)


def test_the_plan_lists_every_promotion_with_its_proof_and_one_button() -> None:
    found, planned = a_set(Phase.PLANNED)
    card = card_of(found, planned)
    assert card.content == "Promotion plan · everything verified before prod · 3"
    assert card.lines[0] == "**service-0 · prod** · 9c1e0aa → a1b9f2e · commits 4 · downtime about 30 s · #128"
    assert card.lines[1].startswith("Verified in staging ✅")
    assert card.lines[-2].startswith("One approval for all of them")
    assert card.lines[-1].endswith("plan `5e7a`")
    assert [(one.action, one.label, one.ref) for one in card.buttons] == [
        ("set_confirm", "Promote to prod", found.ulid),
        ("set_close", "Cancel", found.ulid),
    ]


def test_what_is_unticked_or_left_out_says_so_and_can_be_ticked_again() -> None:
    found, planned = a_set(Phase.PLANNED)
    card = card_of(replace(found, members=(128, 130), left_out=LEFT), planned)
    assert "☐ service-1 · prod · not ticked, nothing happens there" in card.lines
    assert any(line.startswith("Left out: Cannot promote · jobs · prod · drift in staging") for line in card.lines)
    assert any(line.startswith("Left out: The pretended target cannot be reached") for line in card.lines)
    assert [(one.label, one.value) for one in card.selects[0].options] == [
        ("☑ service-0", f"{found.ulid}/128"),
        ("☐ service-1", f"{found.ulid}/129"),
        ("☑ service-2", f"{found.ulid}/130"),
    ]


def test_a_history_that_nobody_can_read_is_not_called_empty() -> None:
    found, planned = a_set(Phase.PLANNED)
    bare = [replace(deploy, plan=replace(deploy.plan, commits=None)) for deploy in planned]
    assert "commits" not in card_of(found, bare).lines[0]


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("outside", ["", "@everyone [x](https://evil) " * 20])
def test_forty_of_them_fit_whatever_people_are_called(lang: Language, outside: str) -> None:
    found, planned = a_set(Phase.PLANNED, outside, n=40)
    card = card_of(found, planned, lang)
    assert "@everyone" not in "\n".join([card.content, *card.lines])


def test_the_plan_is_korean_for_korean_readers() -> None:
    found, planned = a_set(Phase.PLANNED)
    card = card_of(found, planned, "ko")
    assert card.content == "승격 계획 · prod 이전 환경에서 검증된 모든 버전 · 3개"
    assert [one.label for one in card.buttons] == ["prod 승격 진행", "취소"]
    assert card.selects[0].options[0].description == "승격 예정"


def test_one_approval_is_asked_for_all_of_them_with_the_sets_own_digest() -> None:
    card = asked()
    assert card.content == "<@1001> Approval needed · promotions to prod: 3 · by jieun · first #128"
    assert card.title == "Promotions to prod: 3 · one approval · #128"
    assert [line for line in card.lines if line.startswith("**service-")] != []
    assert any(line.endswith("plan `5e7a`") for line in card.lines)
    assert asked("ko").title == "prod 승격 3개 승인 요청 · #128"
    assert "**service-2 · prod**" in "\n".join(asked(phase=Phase.HOLD).lines)


def test_a_part_that_waits_says_for_whom_and_one_whose_turn_it_is_does_not() -> None:
    found, planned = a_set(Phase.CONFIRMED)
    third = a_state(planned[2], set=found, together=tuple(planned))
    assert "Part 3 of 3 under the approval of #128 · waits for #129" in deploy_card(third, "en", NOW).lines
    done = [replace(deploy, verdict=Verdict.SUCCEEDED) for deploy in planned[:2]]
    turn = a_state(planned[2], set=found, together=(*done, planned[2]))
    assert "Part 3 of 3 under the approval of #128" in deploy_card(turn, "en", NOW).lines


def test_a_part_that_is_asked_for_by_itself_shows_its_own_plan_and_digest() -> None:
    found, planned = a_set(Phase.AWAITING)
    card = deploy_card(a_state(planned[1], set=found, together=tuple(planned)), "en", NOW, WHO)
    assert card.title == "AI Server promotion needs approval · #129"
    assert any(line.endswith("plan `4f2a`") for line in card.lines)


@pytest.mark.parametrize(("lang", "said"), [("en", "the rest of the set was not started"), ("ko", "나머지는 시작하지")])
def test_a_part_that_never_began_names_the_one_that_stopped_it(lang: Language, said: str) -> None:
    found, planned = a_set(Phase.SETTLED)
    facts = {"by": 129, "other": "service-1 · prod"}
    last = replace(planned[2], verdict=Verdict.CANCELLED, code="set_stopped", facts=facts, started_at=None)
    card = deploy_card(a_state(last, set=found, together=tuple(planned)), lang, NOW)
    assert "#129 (service-1 · prod)" in card.lines[0]
    assert said in card.lines[0]
