"""The public card at its end: green, orange, red with a title that is true, grey; and never more than is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import deploy_card, problems
from bot.model import Colour, Deploy, Kind, Language, Outcome, Phase, Style, Verdict
from tests.cards.samples import BAD, NOW, a_deploy, a_failure, a_plan, a_state, every_state, settled
from tests.cards.test_deploy_card import LANGUAGES, actions

FAILURES = {
    Outcome.UNTOUCHED: ("AI Server deploy failed - previous version still healthy", ["retry", "logs"]),
    Outcome.BROKEN: ("AI Server deploy failed - manual rollback needed", ["rollback", "recheck", "logs"]),
    Outcome.AUTO: ("AI Server deploy failed - rolled back automatically", ["diff", "logs"]),
    Outcome.ROLLBACK: ("AI Server rollback failed - act now", ["logs", "settle"]),
    Outcome.FIRST: ("AI Server first deploy failed - no version to return to", ["recheck", "logs"]),
    Outcome.METRIC: (
        "AI Server deploy failed - it runs and answers, its metric says no",
        ["rollback", "logs"],
    ),
    Outcome.UNKNOWN: ("AI Server deploy - result needs checking", ["look", "rollback", "settle"]),
}


@pytest.mark.parametrize("outcome", Outcome)
def test_a_failure_has_the_title_and_buttons_of_what_is_true_now(outcome: Outcome) -> None:
    card = deploy_card(a_state(settled(Verdict.FAILED, outcome)), "en", NOW)
    title, wanted = FAILURES[outcome]
    assert card.title == title
    assert actions(card) == wanted
    assert card.colour is (Colour.ROLLED_BACK if outcome is Outcome.AUTO else Colour.RED)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("kind", Kind)
def test_a_failure_has_at_most_eight_lines(kind: Kind, outcome: Outcome, lang: Language) -> None:
    deploy = settled(Verdict.FAILED, outcome, kind, verified_later={"by": "minsu", "at": NOW})
    card = deploy_card(a_state(deploy, newer=130), lang, NOW)
    assert 4 <= len(card.lines) <= 8


def test_a_failure_tells_step_log_cause_and_what_is_true_now_in_this_order() -> None:
    card = deploy_card(a_state(settled(Verdict.FAILED, Outcome.BROKEN)), "en", NOW)
    step, log, what, cause, now, *_ = card.lines
    assert step == "❌ Failed step: Restart service"
    assert log == "`ModuleNotFoundError: No module named 'pypdf'`"
    assert what.startswith("The service ends right after each start: dojangkok-ai")
    assert cause.startswith("Likely cause: pypdf is missing from the requirements · what to do: add it")
    assert now == "Now: a1b9f2e runs, HTTP 502"


def test_an_unknown_code_of_an_adapter_is_shown_and_not_lost() -> None:
    deploy = settled(Verdict.FAILED, Outcome.BROKEN, failure=None, code="never_heard_of")
    strange = replace(a_failure(), code="never_heard_of")
    for each in (deploy, replace(deploy, failure=strange)):
        assert problems(deploy_card(a_state(each), "en", NOW)) == []
    assert any("never_heard_of" in line or r"never\_heard" in line for line in _lines(replace(deploy, failure=strange)))


def _lines(deploy: Deploy) -> tuple[str, ...]:
    return deploy_card(a_state(deploy), "en", NOW).lines


def test_a_failure_without_an_adapters_word_says_the_reason_code() -> None:
    deploy = settled(
        Verdict.FAILED,
        Outcome.UNTOUCHED,
        failure=None,
        code="health_failed",
        facts={"tries": 5, "status": 503, "error": None},
        evidence=None,
    )
    lines = _lines(deploy)
    assert lines[0] == "❌ Failed step: Health check"
    assert "tries 5 (last answer: HTTP 503)" in lines[1]


@pytest.mark.parametrize(
    ("health", "now"),
    [
        (BAD, "HTTP 502"),
        (replace(BAD, status=None, error="refused"), "connection refused"),
        (replace(BAD, status=None, error="a_new_one"), "no answer"),
        (None, "no healthy answer"),
    ],
)
def test_what_is_true_now_never_claims_a_version_that_nobody_read_back(health: object, now: str) -> None:
    deploy = settled(Verdict.FAILED, Outcome.BROKEN, health=health, evidence=None)
    assert f"Now: {now}" in _lines(deploy)


def test_a_newer_deploy_takes_the_buttons_away_that_would_go_over_it() -> None:
    for deploy in (settled(Verdict.SUCCEEDED), settled(Verdict.FAILED, Outcome.BROKEN), settled(Verdict.EXPIRED)):
        card = deploy_card(a_state(deploy, newer=130), "en", NOW)
        assert not {"rollback", "retry", "recheck"} & set(actions(card))
        assert "There is a newer deploy: #130" in card.lines


def test_success_shows_health_evidence_time_and_measured_downtime() -> None:
    card = deploy_card(a_state(settled(Verdict.SUCCEEDED)), "en", NOW)
    assert card.lines == (
        "AI features are working normally.",
        "Version: 9c1e0aa → a1b9f2e (running version verified)",
        "Health check: HTTP 200 · try 2 · 84 ms",
        "Evidence: the health port belongs to the new process",
        "Took 2 min 31 s · downtime 24 s (measured)",
        "Requested by jieun · approved by haneul",
    )
    assert [(button.action, button.label, button.style) for button in card.buttons] == [
        ("rollback", "Roll back to 9c1e0aa", Style.SECONDARY),
        ("diff", "Changes", Style.SECONDARY),
    ]


def test_downtime_that_nobody_measured_is_not_called_measured() -> None:
    for downtime, said in ((None, "downtime not measured"), (0.0, "downtime none (measured)")):
        assert any(said in line for line in _lines(settled(Verdict.SUCCEEDED, downtime=downtime)))


def test_a_rollback_is_orange_says_so_and_names_the_version_kept_out() -> None:
    card = deploy_card(a_state(settled(Verdict.SUCCEEDED, kind=Kind.ROLLBACK)), "en", NOW)
    assert (card.colour, card.title) == (Colour.ROLLED_BACK, "AI Server rolled back")
    assert card.content.startswith("↩️ Rolled back")
    assert any(line.startswith("Locked after rollback · version 9c1e0aa") for line in card.lines)
    free = a_plan(Kind.ROLLBACK, policy={"lock_after_rollback": False})
    unlocked = replace(settled(Verdict.SUCCEEDED, kind=Kind.ROLLBACK), plan=free)
    assert not any("Locked" in line for line in _lines(unlocked))


def test_a_stop_that_left_the_old_version_running_is_no_failure_and_no_cancel() -> None:
    card = deploy_card(a_state(settled(Verdict.CANCELLED, code="stopped", stop_asked=True)), "en", NOW)
    assert card.title == "AI Server deploy stopped - previous version still runs"
    assert "nothing was deployed" not in card.content
    back = deploy_card(a_state(settled(Verdict.ROLLED_BACK, code="stopped", stop_asked=True)), "en", NOW)
    assert back.title == "AI Server deploy stopped - previous version put back"
    assert not any("Locked" in line for line in back.lines)


@pytest.mark.parametrize(
    ("code", "facts", "said"),
    [
        ("locked", {"who": "minsu", "reason": "demo"}, "It was locked before the start"),
        ("frozen", {}, "A freeze began before the start"),
        ("plan_changed", {"what": ["to_id", "policy"]}, "changed: the version to deploy, the policy"),
        ("card_deleted", {}, "The approval card was deleted"),
        ("requester_role", {}, "The requester lost the role"),
        ("superseded", {"by": 130, "who": "haneul"}, "Superseded by #130 (haneul)."),
    ],
)
def test_what_never_began_says_why(code: str, facts: dict[str, object], said: str) -> None:
    verdict = Verdict.SUPERSEDED if code == "superseded" else Verdict.CANCELLED
    assert said in _lines(settled(verdict, code=code, facts=facts))[0]


def test_a_result_that_a_person_settled_is_never_green() -> None:
    card = deploy_card(every_state()["settled by a person"], "en", NOW)
    assert card.colour is Colour.RED
    assert any("no evidence, not recorded as a success" in line for line in card.lines)
    assert card.title == "AI Server deploy - settled by a person"


def test_a_recheck_that_passed_is_added_and_the_verdict_stays() -> None:
    deploy = settled(Verdict.FAILED, Outcome.BROKEN, verified_later={"by": "minsu", "at": NOW})
    card = deploy_card(a_state(deploy), "en", NOW)
    assert card.colour is Colour.RED
    assert any(line.startswith("✅ Verified later · minsu") for line in card.lines)


def test_the_operators_own_words_are_used_in_their_language() -> None:
    ko = deploy_card(a_state(settled(Verdict.SUCCEEDED)), "ko", NOW)
    assert ko.lines[0] == "AI 기능이 정상 동작 중입니다."
    assert (
        "서비스가 정상 동작 중입니다." in deploy_card(a_state(settled(Verdict.SUCCEEDED), impact={}), "ko", NOW).lines
    )
    assert "AI 기능이 약 30초 동안 중단됩니다." in deploy_card(a_state(a_deploy(Phase.AWAITING)), "ko", NOW).lines
