"""Break-glass is marked wherever it is shown, in both languages, and its plan says what it skips and what it owes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.cards import deploy_card, history_card, ping_card, plan_card, post_card, status_card
from bot.cards.limits import LABEL
from bot.model import (
    Card,
    Colour,
    Countersign,
    Freeze,
    GateAnswer,
    HistoryRow,
    Kind,
    Known,
    Language,
    Mentions,
    Nothing,
    Outcome,
    Phase,
    Says,
    StatusRow,
    Style,
    Target,
    Verdict,
)
from tests.cards.samples import NEW, NOW, ULID, WHY, a_deploy, a_plan, a_state, broken_glass, every_state, settled

BOTH = pytest.mark.parametrize("lang", ["ko", "en"])
MARK: dict[Language, str] = {"ko": "긴급 배포", "en": "break-glass"}
PROD = Target("ai-server", "prod")
PAYLOAD: dict[str, Any] = {
    "deploy": 128,
    "ulid": ULID,
    "title": "AI Server",
    "service": "ai-server",
    "env": "prod",
    "who": "jieun",
    "from": "9c1e0aa",
    "to": "a1b9f2e",
    "reason": WHY,
    "due": NOW + 43200,
    "state": "owed",
}
LEAD = Mentions(roles=("77",))


def plan_of(lang: Language, **more: Any) -> Card:
    plan = replace(a_plan(reason=WHY), emergency=True, policy={"countersign": 43200.0}, **more)
    return plan_card(a_deploy(Phase.PLANNED, plan), plan, lang, NOW, "AI Server")


def actions(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


def text_of(card: Card) -> str:
    return "\n".join([card.content, card.title, *card.lines])


@BOTH
def test_the_plan_says_what_it_is_what_it_skips_and_what_it_owes(lang: Language) -> None:
    card = plan_of(lang)
    said = {
        "ko": ("배포 조건, 승인, 배포 금지 기간을 건너뜁니다", "배포 잠금", "12시간", "사후 승인"),
        "en": ("gates, approval and freezes are skipped", "Locks", "12 h", "countersign"),
    }
    assert all(words in "\n".join(card.lines[:2]) for words in said[lang])
    assert MARK[lang] in card.content
    assert MARK[lang] in card.title
    assert WHY in text_of(card)


@BOTH
def test_its_confirm_is_a_danger_and_says_what_it_is(lang: Language) -> None:
    confirm = plan_of(lang).buttons[0]
    assert (confirm.action, confirm.style) == ("confirm", Style.DANGER)
    assert confirm.label == {"ko": "prod 긴급 배포 진행", "en": "Break glass: deploy to prod"}[lang]
    assert len(confirm.label) <= LABEL


@BOTH
def test_the_plan_shows_the_freeze_that_it_passes(lang: Language) -> None:
    assert "year-end" in text_of(plan_of(lang, freeze=Freeze(0, None, "config", "year-end", NOW, NOW + 60)))


@BOTH
def test_a_gate_that_says_no_is_shown_and_takes_nothing_away(lang: Language) -> None:
    shut = GateAnswer("checks", Says.NO, "failed", {"names": ["test"]})
    card = plan_of(lang, answers=(shut,))
    assert actions(card) == ["confirm", "close"]
    assert "❌" in text_of(card)


@BOTH
def test_an_ordinary_plan_and_card_say_nothing_of_it(lang: Language) -> None:
    plan = a_plan()
    cards = [plan_card(a_deploy(plan=plan), plan, lang, NOW, "AI Server")]
    cards += [deploy_card(state, lang, NOW) for name, state in every_state().items() if "break-glass" not in name]
    assert not [card for card in cards if MARK[lang] in text_of(card).lower()]


@BOTH
@pytest.mark.parametrize("name", [name for name in every_state() if "break-glass" in name])
def test_every_state_of_its_card_is_marked_in_content_title_and_first_line(lang: Language, name: str) -> None:
    card = deploy_card(every_state()[name], lang, NOW)
    assert all(MARK[lang] in line.lower() for line in (card.content, card.title, card.lines[0]))
    assert WHY in card.lines[0]


@BOTH
def test_the_final_card_asks_for_the_countersign_until_there_is_one(lang: Language) -> None:
    state = broken_glass(a_state(settled(Verdict.SUCCEEDED)))
    assert "countersign" in actions(deploy_card(state, lang, NOW))
    late = broken_glass(a_state(settled(Verdict.SUCCEEDED)), overdue_at=NOW)
    assert "countersign" in actions(deploy_card(late, lang, NOW))
    signed = broken_glass(a_state(settled(Verdict.SUCCEEDED)), signed_by="5", signed_by_name="haneul", signed_at=NOW)
    card = deploy_card(signed, lang, NOW)
    assert "countersign" not in actions(card)
    assert "haneul" in card.lines[0]


def test_what_never_began_asks_for_nothing() -> None:
    void = broken_glass(a_state(settled(Verdict.CANCELLED, code="cancelled")), void_at=NOW)
    assert "countersign" not in actions(deploy_card(void, "en", NOW))
    assert "no countersign is needed" in deploy_card(void, "en", NOW).lines[0]


def test_a_failure_keeps_to_eight_lines() -> None:
    for outcome in Outcome:
        card = deploy_card(broken_glass(a_state(settled(Verdict.FAILED, outcome))), "en", NOW)
        assert len(card.lines) <= 8


@BOTH
def test_its_pings_are_marked_too(lang: Language) -> None:
    for verdict, kind in ((Verdict.FAILED, "failed"), (Verdict.CANCELLED, "cancelled")):
        state = broken_glass(a_state(settled(verdict, code="locked")))
        assert MARK[lang] in ping_card(kind, state, lang, NOW, LEAD).content


@BOTH
def test_the_alarm_says_who_what_why_and_until_when(lang: Language) -> None:
    card = post_card("break_glass", PAYLOAD, lang, NOW, LEAD)
    assert card.content.startswith("<@&77> 🚨")
    assert all(
        word in text_of(card) for word in ("ai-server · prod", "#128", "jieun", WHY, f"<t:{int(NOW + 43200)}:R>")
    )
    assert (actions(card), card.buttons[0].ref) == (["countersign"], ULID)
    assert "<t:" not in card.content


@BOTH
@pytest.mark.parametrize(
    ("state", "colour", "asks"),
    [
        *(("owed", Colour.RUNNING, True), ("overdue", Colour.RED, True)),
        *(("signed", Colour.GREEN, False), ("void", Colour.GREY, False)),
    ],
)
def test_the_alarm_and_the_page_follow_what_becomes_of_it(
    lang: Language, state: str, colour: Colour, *, asks: bool
) -> None:
    for kind in ("break_glass", "countersign_overdue"):
        card = post_card(kind, {**PAYLOAD, "state": state, "by": "haneul", "at": NOW}, lang, NOW, LEAD)
        assert (card.colour, bool(card.buttons)) == (colour, asks)
        assert ("haneul" in text_of(card)) is (state == "signed")


@BOTH
def test_the_page_says_that_deploys_are_frozen(lang: Language) -> None:
    card = post_card("countersign_overdue", {**PAYLOAD, "state": "overdue"}, lang, NOW, LEAD)
    assert {"ko": "배포를 막았습니다", "en": "deploys there are frozen"}[lang] in card.content


@BOTH
def test_history_and_status_mark_it_for_ever(lang: Language) -> None:
    row = HistoryRow(NOW, PROD, 128, Kind.DEPLOY, NEW, NEW, Verdict.SUCCEEDED, who="jieun", emergency=True)
    assert MARK[lang] in text_of(history_card([row], lang, NOW))
    known = Known(NEW, "verified", NOW, 128, "jieun")
    status = StatusRow(PROD, "AI Server", Nothing(), known, False, None, emergency=True)
    assert MARK[lang] in text_of(status_card([status], lang, NOW))


@BOTH
def test_status_shows_what_is_owed_and_that_it_is_frozen(lang: Language) -> None:
    owed = Countersign(128, ULID, PROD, "jieun", NOW + 60)
    rows = [StatusRow(PROD, "AI Server", Nothing(), None, False, None, countersign=owed)]
    assert "#128" in text_of(status_card(rows, lang, NOW))
    late = [replace(rows[0], countersign=replace(owed, overdue_at=NOW))]
    assert {"ko": "배포를 막음", "en": "frozen"}[lang] in text_of(status_card(late, lang, NOW))
