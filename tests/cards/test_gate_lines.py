"""What gates said: on the plan without a Confirm, on the approval card, on what waits and on what was ended by it."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from bot.cards import deploy_card, ping_card, plan_card, problems, refusal_card, why_card
from bot.cards.gates import gate_lines, told
from bot.errors import Refusal
from bot.model import Card, Deploy, GateAnswer, Kind, Language, Mentions, Phase, Plan, Says, Verdict, WhyLine, WhyView
from tests.cards.samples import NOW, TARGET, a_deploy, a_plan, a_state, answers, settled

YES = GateAnswer(
    "verified_in", Says.YES, "verified", {"env": "staging", "since": NOW, "deploy": 7, "status": 200, "n": 2}
)
WAITS = GateAnswer("soak", Says.NOT_YET, "soaking", {"duration": 3600.0, "until": NOW + 60})


def plan(card_of: Plan, lang: Language = "en", *, can_unlock: bool = False) -> Card:
    card = plan_card(a_deploy(Phase.PLANNED, card_of), card_of, lang, NOW, "AI Server", can_unlock)
    assert problems(card) == []
    return card


def kept(deploy: Deploy, *found: GateAnswer) -> Deploy:
    return replace(deploy, code="gate", facts={"gates": {"answers": [asdict(answer) for answer in found]}})


@pytest.mark.parametrize("found", [(YES, WAITS), answers(), (WAITS,)])
def test_a_plan_whose_gate_is_not_met_has_no_confirm_and_says_why(found: tuple[GateAnswer, ...]) -> None:
    card = plan(a_plan(answers=found))
    assert [button.action for button in card.buttons] == ["replan", "close"]
    assert "A gate is not met, so there is nothing to confirm. Press Show new plan to look again." in card.lines
    assert gate_lines(found, "en")[-1] in card.lines


def test_a_gate_that_is_not_met_hides_unlock_and_deploy_too() -> None:
    card = plan(a_plan(answers=(WAITS,), unlocks=True), can_unlock=True)
    assert [button.action for button in card.buttons] == ["replan", "close"]


def test_a_plan_whose_gates_are_met_shows_them_and_can_be_confirmed() -> None:
    card = plan(a_plan(answers=(YES,)))
    assert [button.action for button in card.buttons] == ["confirm", "close"]
    line = "✅ Gate met · Environment before: verified in staging <t:1763600000:R> and still running there "
    assert line + "(#7 · health check HTTP 200 · try 2)" in card.lines


def test_what_runs_already_offers_its_two_buttons_whatever_the_gates_say() -> None:
    card = plan(a_plan(same=True, answers=(WAITS,)))
    assert [button.action for button in card.buttons] == ["restart", "redeploy", "close"]


def test_scores_stand_in_a_table_with_the_failures_first() -> None:
    table = gate_lines(answers(), "en")[2]
    assert table.split("\n") == ["```", "FAIL  f1   0.7  <   0.8", "PASS  p95  310  <=  400", "```"]


def test_a_long_table_says_how_much_is_missing() -> None:
    rows = [[f"metric {n}", 1.0, 0.0, True, True] for n in range(14)]
    found = GateAnswer("evaluation", Says.YES, "passed", {"n": 14, "metrics": rows, "where": "r", "at": NOW})
    lines = gate_lines((found,), "en")
    assert lines[1].count("PASS") == 10
    assert lines[2] == "… 4 more metrics"


@pytest.mark.parametrize("phase", [Phase.CONFIRMED, Phase.STARTING])
def test_what_waits_for_a_gate_says_for_what_and_can_be_cancelled(phase: Phase) -> None:
    deploy = kept(a_deploy(phase, started_at=None), YES, WAITS)
    card = deploy_card(a_state(deploy), "en", NOW)
    assert "A gate is not met yet. It is asked again every 15 s." in card.lines
    assert gate_lines((WAITS,), "en")[0] in card.lines
    assert gate_lines((YES,), "en")[0] not in card.lines
    assert "cancel" in [button.action for button in card.buttons]


def test_the_approval_card_shows_the_gates_that_were_met() -> None:
    card = deploy_card(a_state(a_deploy(Phase.AWAITING, a_plan(answers=(YES,)))), "en", NOW)
    assert gate_lines((YES,), "en")[0] in card.lines


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_a_gate_ended_says_so_on_its_card_and_in_the_ping(lang: Language) -> None:
    deploy = kept(settled(Verdict.CANCELLED), YES, *answers())
    for card in (
        deploy_card(a_state(deploy), lang, NOW),
        ping_card("cancelled", a_state(deploy), lang, NOW, Mentions(("1001",))),
    ):
        assert problems(card) == []
        assert gate_lines(answers(), lang)[0] in card.lines
        assert gate_lines((YES,), lang)[0] not in card.lines


def test_a_confirm_that_is_refused_says_which_gate_and_why_without_timestamps_in_the_preview() -> None:
    facts = [asdict(answer) for answer in (WAITS, *answers())]
    card = refusal_card(Refusal("gate_no", target=str(TARGET), gates=facts), "en", "ref")
    assert card.content == "🚧 Cannot deploy · ai-server · prod · a gate is not met. Nothing was started."
    assert "Gate not met · CI checks: not successful at this version (test: failure)." in card.lines[0]


def test_why_tells_what_every_gate_said() -> None:
    facts = {"answers": [asdict(YES), asdict(WAITS)]}
    ended = {"verdict": "cancelled", "code": "gate", "facts": {"gates": {"answers": [asdict(YES), asdict(WAITS)]}}}
    lines = (WhyLine(NOW, "gates_judged", "slipway", facts), WhyLine(NOW, "settled", "slipway", ended))
    card = why_card(WhyView(TARGET, lines, number=7), "en", NOW)
    assert card.lines[0].endswith(f"asked the gates: {told(facts['answers'], 'en')}")
    assert card.lines[1].endswith(told([asdict(WAITS)], "en"))


def test_an_answer_that_no_text_knows_is_shown_not_lost() -> None:
    assert gate_lines((GateAnswer("moon", Says.NO, "full", {}),), "en") == [
        "❌ Gate not met · moon: an answer without a text (full)"
    ]


def test_a_promotion_says_once_that_it_is_verified_before() -> None:
    promoted = a_plan(Kind.PROMOTE, answers=(YES,))
    assert gate_lines((YES,), "en")[0] in plan(promoted).lines  # without an origin nothing else says it
