"""Private answers: history, why, changes, logs, locks, stop, pick, help."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import (
    diff_card,
    help_card,
    history_card,
    lock_card,
    logs_card,
    pick_card,
    problems,
    stop_card,
    why_card,
)
from bot.model import (
    Card,
    Commit,
    Commits,
    HistoryRow,
    Kind,
    Language,
    Lock,
    Phase,
    Target,
    Verdict,
    WhyLine,
    WhyView,
)
from tests.cards.samples import NEW, NOW, OLD, TARGET, ULID, a_deploy, a_plan

LOCK = Lock(1, "ai-server", "prod", "7", "minsu", "exam", NOW, NOW + 60)
STAGING = Target("ai-server", "staging")


def shown(card: Card) -> str:
    assert problems(card) == []
    assert "<t:" not in card.content
    return "\n".join((card.content, *card.lines))


def a_line(**more: Any) -> HistoryRow:
    fixed: dict[str, Any] = {
        "at": NOW,
        "target": TARGET,
        "number": 128,
        "kind": Kind.DEPLOY,
        "before": OLD,
        "to": NEW,
        "verdict": Verdict.SUCCEEDED,
        "phase": "settled",
        "who": "jieun",
        "seconds": 151.0,
    }
    return HistoryRow(**{**fixed, **more})


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("verdict", [*Verdict, None])
def test_history_has_a_line_for_every_result(verdict: Verdict | None, lang: Language) -> None:
    row = a_line(verdict=verdict, phase="running" if verdict is None else "settled", seconds=None)
    shown(history_card([row] * 25, lang, NOW))


def test_a_line_of_history_says_all() -> None:
    card = history_card([a_line(), a_line(before=None, kind=Kind.RESTART)], "en", NOW)
    when = f"<t:{int(NOW)}:R>"
    assert card.lines == (
        f"**#128** ✅ succeeded · ai-server · prod · deploy 9c1e0aa → a1b9f2e · jieun · {when} · 2 min 31 s",
        f"**#128** ✅ succeeded · ai-server · prod · restart none → a1b9f2e · jieun · {when} · 2 min 31 s",
    )


def test_other_events_stand_in_the_history_too() -> None:
    card = history_card(
        [a_line(number=None, event="locked", facts={"reason": "exam"}), a_line(event="new_one")], "en", NOW
    )
    assert card.lines[0].endswith("ai-server · prod · locked it (reason: exam)")
    assert card.lines[1].endswith(r"Recorded: new_one")


def test_an_empty_history_is_an_answer() -> None:
    assert history_card([], "ko", NOW).content == "해당 기간에 배포가 없습니다."


def test_why_tells_a_deploy_step_by_step() -> None:
    lines = (
        WhyLine(NOW, "planned", "jieun", {"kind": "deploy", "wanted": "main"}),
        WhyLine(NOW + 1, "voted", "424242424242424242", {"choice": "approve", "source": "button"}),
        WhyLine(NOW + 2, "intended", "slipway", {"direction": "forward"}),
        WhyLine(
            NOW + 3,
            "settled",
            "slipway",
            {"verdict": "cancelled", "code": "locked", "facts": {"who": "m", "reason": "r"}},
        ),
        WhyLine(NOW + 4, "settled", "slipway", {"verdict": "succeeded", "code": None}),
        WhyLine(NOW + 5, "never_heard_of", "slipway", {}),
    )
    card = why_card(WhyView(TARGET, lines, 128), "en", NOW)
    said = shown(card)
    assert card.title == "ai-server · prod · #128"
    assert card.lines[0] == f"<t:{int(NOW)}:T> · jieun · asked for a plan (deploy)"
    assert "<@424242424242424242> · voted (✅ approve · button)" in said
    assert "Slipway · wrote the intent down (forward)" in said
    assert "verdict: 🛑 cancelled · It was locked before the start and therefore cancelled (m · reason: r)." in said
    assert "verdict: ✅ succeeded" in said
    assert "Recorded: never_heard_of" in said


def test_why_without_a_deploy_tells_last_healthy_first_failing_and_between() -> None:
    healthy = WhyLine(NOW - 90, "succeeded", "jieun", {"deploy": 127, "version": "9c1e0aa", "code": None})
    failing = WhyLine(NOW - 60, "failed", "jieun", {"deploy": 128, "version": "a1b9f2e", "code": "crash_loop"})
    card = why_card(WhyView(TARGET, (), None, healthy, failing), "en", NOW)
    assert card.lines == (
        f"✅ Last healthy: <t:{int(NOW - 90)}:R> · #127 · 9c1e0aa",
        f"❌ First failing: <t:{int(NOW - 60)}:R> · #128 · a1b9f2e",
        "What happened between:",
        "Nothing by Slipway in this window.",
    )
    assert len(why_card(WhyView(TARGET, ()), "ko", NOW).lines) == 4


def test_changes_list_the_commits() -> None:
    commits = Commits(40, tuple(Commit(NEW.id, "jieun", f"feat: {n}", NOW) for n in range(30)))
    card = diff_card(a_plan(commits=commits), "en")
    assert card.lines[0] == "Changes: commits 40"
    assert card.lines[1] == "`a1b9f2e` `feat: 0` · jieun"
    assert card.lines[-1] == "… 15 more"
    assert "Version: 9c1e0aa → a1b9f2e" in shown(diff_card(a_plan(commits=None), "en"))
    assert "no commits between" in shown(diff_card(a_plan(commits=Commits(0)), "en"))


def test_logs_show_the_last_lines_and_attach_all() -> None:
    log = "\n".join(f"line {n}" for n in range(100)) + "\n\n"
    card = logs_card(TARGET, log, "en")
    assert card.lines[0].split("\n")[1:-1] == [f"line {n}" for n in range(85, 100)]
    assert card.files[0].name == "ai-server-prod.log"
    assert card.files[0].text == log
    assert "last 15 lines" in shown(card)
    assert "nothing was logged lately" in logs_card(TARGET, " \n", "en").content


def test_a_lock_on_everything_says_so() -> None:
    assert lock_card(LOCK, "en", NOW).content == "🔒 Locked · ai-server · prod · minsu · reason: exam"
    everywhere = lock_card(replace(LOCK, service=None, env=None, until=None, reason=""), "ko", NOW)
    assert everywhere.content == "🔒 배포 잠금 · 전체 · 전체 · minsu · 사유: 없음"
    assert "만료: 없음" in shown(everywhere)


@pytest.mark.parametrize(
    ("effect", "said"),
    [("kept", "지금 중단하면: 기존 버전이 계속 실행됩니다."), ("put_back", "지금 중단하면: 기존 버전으로 되돌립니다.")],
)
def test_stopping_says_first_what_it_leaves_behind(effect: str, said: str) -> None:
    card = stop_card(a_deploy(Phase.RUNNING), effect, "ko")
    assert card.content == said
    assert [(button.action, button.ref) for button in card.buttons] == [("stop_confirm", ULID)]


def test_several_open_deploys_are_offered_in_a_list() -> None:
    card = pick_card([a_deploy(phase, number=n, ulid=f"{n:026}") for n, phase in enumerate(Phase)] * 4, "en")
    shown(card)
    assert len(card.selects[0].options) == 25
    assert card.selects[0].options[2].label == "#2 ai-server · prod"
    assert card.selects[0].options[2].description == "deploy · a1b9f2e · waiting for approval"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_help_lists_every_command_and_target(lang: Language) -> None:
    names = ("deploy", "rollback", "restart", "status", "history", "why", "logs", "lock", "unlock", "cancel", "help")
    card = help_card([(f"/ship {name}", f"command.{name}") for name in names], [TARGET, STAGING], lang)
    said = shown(card)
    assert all(f"**/ship {name}** " in said for name in names)
    assert "ai-server · prod, ai-server · staging" in said


@pytest.mark.parametrize(("lang", "every"), [("en", "all"), ("ko", "전체")])
@pytest.mark.parametrize(("service", "env"), [("ai-server", None), (None, "prod"), (None, None)])
def test_a_lock_of_everything_says_so(service: str | None, env: str | None, lang: Language, every: str) -> None:
    card = lock_card(Lock(1, service, env, "1001", "jieun", "load test", NOW, None), lang, NOW)
    assert f"{service or every} · {env or every}" in card.content
    assert f"{service or every} · {env or every}" in card.lines[0]


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "minsu cancelled the run on GitHub"), ("ko", "minsu 님이 GitHub에서")]
)
def test_why_says_a_verdict_in_the_adapters_own_words(lang: Language, says: str) -> None:
    failure = {"code": "cancelled_by", "step": "job:build", "facts": {"by": "minsu"}, "log": []}
    facts = {"verdict": "failed", "code": "cancelled_by", "facts": {}, "failure": failure}
    view = WhyView(TARGET, (WhyLine(NOW, "settled", "slipway", facts),), number=128, adapter="github")
    assert says in why_card(view, lang, NOW).lines[0]


@pytest.mark.parametrize(
    ("code", "facts", "says"),
    [("run_gone", {"run": 57}, "Run 57"), ("no_answer", {"seconds": 62}, "did not answer for 62 s")],
)
def test_why_says_what_could_not_be_read_in_words(code: str, facts: dict[str, Any], says: str) -> None:
    view = WhyView(TARGET, (WhyLine(NOW, "unknown", "slipway", {**facts, "code": code}),), 128, adapter="github")
    (line,) = why_card(view, "en", NOW).lines
    assert says in line
    assert code not in line
