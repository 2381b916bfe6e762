"""The public card of every phase, verdict and outcome, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.cards import deploy_card, marker, problems
from bot.model import Card, Colour, Deploy, Kind, Language, Mentions, Outcome, Phase, Style, Verdict
from tests.cards.samples import BAD, NOW, TARGET, a_deploy, a_failure, a_plan, a_state, every_state, settled

LANGUAGES: tuple[Language, ...] = ("ko", "en")
WHO = Mentions(users=("1001",), roles=("2002",))
STATES = every_state()
WORDS = {
    Colour.RUNNING: "⏳ ↩️",
    Colour.GREEN: "✅",
    Colour.RED: "❌",
    Colour.ROLLED_BACK: "↩️",
    Colour.APPROVAL: "<@ ✅ 승인 Approval",
    Colour.GREY: "🛑 ❌ ⌛ ⚠️ ⬇️",
}


def actions(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_every_card_can_be_shown_and_read_without_its_colour(name: str, lang: Language) -> None:
    state = STATES[name]
    card = deploy_card(state, lang, NOW, WHO)
    assert problems(card) == []
    assert "<t:" not in card.content
    assert len(card.content) <= 200
    assert card.content.startswith(tuple(WORDS[card.colour].split())), "a sign or word beside the colour"
    assert card.title
    assert card.lines
    assert card.footer == "#128·1k3v·card" == marker(state.deploy, "card")
    assert not re.search(r"[{}]", card.content + card.title + "".join(card.lines))
    assert not card.files
    assert {button.ref for button in card.buttons} <= {state.deploy.ulid}
    assert str(TARGET) in card.content


@pytest.mark.parametrize("name", STATES)
def test_the_two_languages_show_the_same_facts(name: str) -> None:
    ko, en = (deploy_card(STATES[name], lang, NOW, WHO) for lang in LANGUAGES)
    assert (ko.colour, actions(ko), len(ko.lines)) == (en.colour, actions(en), len(en.lines))
    assert [button.style for button in ko.buttons] == [button.style for button in en.buttons]
    assert ko.lines != en.lines


FAILURES = {
    Outcome.UNTOUCHED: ("AI Server deploy failed - previous version still healthy", ["retry", "logs"]),
    Outcome.BROKEN: ("AI Server deploy failed - manual rollback needed", ["rollback", "recheck", "logs"]),
    Outcome.AUTO: ("AI Server deploy failed - rolled back automatically", ["diff", "logs"]),
    Outcome.ROLLBACK: ("AI Server rollback failed - act now", ["logs", "settle"]),
    Outcome.FIRST: ("AI Server first deploy failed - no version to return to", ["recheck", "logs"]),
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


def test_the_approval_card_carries_the_plans_facts_and_asks_by_reaction_and_button() -> None:
    card = deploy_card(a_state(a_deploy(Phase.AWAITING)), "en", NOW, WHO)
    assert card.content == (
        "<@1001> <@&2002> Approval needed · ai-server · prod · 9c1e0aa → a1b9f2e · by jieun · downtime about 30 s"
    )
    assert card.mentions == WHO
    assert card.reactions == ("✅", "❌")
    assert actions(card) == ["approve", "reject", "diff"]
    assert "Rollback ready: 9c1e0aa (verified) ✅" in card.lines
    assert f"Approved 1/2 · expires <t:{int(NOW + 1500)}:R> · plan `4f2a`" in card.lines
    assert "`a1b9f2e` `fix: missing LoRA response` · jieun" in card.lines


def test_the_approval_card_says_whose_vote_was_not_counted_and_why() -> None:
    lines = deploy_card(a_state(a_deploy(Phase.AWAITING)), "en", NOW).lines
    assert [line for line in lines if line.startswith("Not counted")] == [
        "Not counted: ✅ haneul (the requester)",
        "Not counted: ✅ haneul (a bot)",
        "Not counted: ✅ haneul (may not approve)",
        "Not counted: 2 more",
    ]


def test_a_card_that_nobody_is_asked_by_pings_nobody() -> None:
    for name, state in STATES.items():
        if state.deploy.phase not in (Phase.AWAITING, Phase.HOLD):
            assert deploy_card(state, "en", NOW, WHO).mentions == Mentions(), name


def test_approvers_are_shown_by_name_and_else_as_a_mention() -> None:
    state = a_state(a_deploy(Phase.AWAITING), approvers=("0", "424242424242424242"))
    assert "Requested by jieun · approved by haneul, <@424242424242424242>" in deploy_card(state, "en", NOW).lines


def test_the_hold_counts_down_from_the_clock_and_can_be_left() -> None:
    card = deploy_card(a_state(a_deploy(Phase.HOLD)), "en", NOW + 1.5)
    assert "starts in 4 s" in card.content
    assert actions(card) == ["approve", "reject", "cancel", "diff"]
    assert "starts in 1 s" in deploy_card(a_state(a_deploy(Phase.HOLD)), "en", NOW + 60).content


def test_waiting_for_discord_is_said() -> None:
    for phase in (Phase.AWAITING, Phase.STARTING, Phase.CONFIRMED):
        state = a_state(a_deploy(phase, code="authority_unreadable"), attempts=())
        assert any("could not be read from Discord" in line for line in deploy_card(state, "en", NOW).lines)


def test_progress_shows_each_step_with_sign_word_and_time() -> None:
    card = deploy_card(a_state(a_deploy(Phase.RUNNING)), "en", NOW)
    assert card.content == "⏳ Deploying · ai-server · prod · 3/8 · #128"
    assert card.lines[1:6] == (
        "✅ 1 Connect · done · 2 s",
        "✅ 2 Save current version · done · 2 s",
        "✅ 3 Fetch code · done · 2 s",
        f"⏳ 4 Install dependencies · running · started <t:{int(NOW - 60)}:R> · usually 30 s",
        "▫️ 5 Switch version · waiting",
    )
    assert "Taking longer than usual. (usually 30 s)" in card.lines
    assert "▰▰▰▱▱▱▱▱▱▱ 3/8 steps done" in card.lines
    assert actions(card) == ["stop"]


def test_a_step_in_its_usual_time_is_not_called_slow() -> None:
    state = a_state(a_deploy(Phase.RUNNING))
    assert not any("longer than usual" in line for line in deploy_card(state, "en", NOW - 20).lines)
    assert not any("longer" in line for line in deploy_card(replace(state, usual={}), "en", NOW + 999).lines)


def test_while_the_old_version_is_put_back_there_is_nothing_to_stop() -> None:
    card = deploy_card(STATES["restoring"], "en", NOW)
    assert card.content.startswith("↩️ Rolling back automatically")
    assert actions(card) == []
    stopping = deploy_card(a_state(a_deploy(Phase.RUNNING, stop_asked=True)), "en", NOW)
    assert actions(stopping) == []
    assert any("Stop was asked for" in line for line in stopping.lines)


def test_the_card_that_ends_at_minute_fifty_points_below_and_has_no_buttons() -> None:
    card = deploy_card(STATES["continued"], "en", NOW)
    assert card.content == "⬇️ Continues below · ai-server · prod · #128"
    assert card.buttons == ()


def test_unknown_names_the_step_and_offers_to_look_to_go_back_and_to_settle() -> None:
    card = deploy_card(
        a_state(a_deploy(Phase.UNKNOWN, code="unreachable", facts={"host": "h", "reason": "r"})), "en", NOW
    )
    assert card.title == "AI Server deploy - result needs checking"
    assert card.lines[0].startswith("The connection was lost at step Install dependencies.")
    assert "The server cannot be reached: h (r)." in card.lines[1]
    assert actions(card) == ["look", "rollback", "settle"]
    assert card.colour is Colour.GREY


def test_a_result_that_a_person_settled_is_never_green() -> None:
    card = deploy_card(STATES["settled by a person"], "en", NOW)
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
