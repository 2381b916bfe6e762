"""Every refusal: what happened, what is true now, what to do, a stable code behind Details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.cards import details_card, problems, refusal_card
from bot.errors import AdapterError, LedgerUnwritable, Refusal, SlipwayError
from bot.model import Card, Finding, Language, Target
from bot.wording import keys
from tests.cards.samples import NOW

REF = "01JCK7Q3ZV9M2T4X8B6N5R1K3V"
LOCKED = {"target": "ai · prod", "who": "minsu", "when": NOW, "reason": "exam", "until": NOW + 60, "version": "9c1e0aa"}
CODES = sorted({key.split(".")[1] for key in keys() if key.startswith("refuse.")} - {"title"})


def whole(card: Card) -> str:
    return "\n".join((card.content, *card.lines))


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_refusal_can_be_shown_whatever_facts_it_brings(code: str, lang: Language) -> None:
    for facts in ({}, LOCKED, {"deploy": 128, "target": Target("a", "b"), "roles": ["1"], "approvers": ["2"]}):
        card = refusal_card(Refusal(code, **facts), lang, REF)
        assert problems(card) == []
        assert "<t:" not in card.content
        assert [(button.action, button.ref) for button in card.buttons] == [("details", REF)]


def test_a_refusal_that_was_not_recorded_has_no_details() -> None:
    assert refusal_card(Refusal("guild"), "en").buttons == ()


def test_a_lock_keeps_its_timestamps_out_of_the_preview_and_shows_them_below() -> None:
    card = refusal_card(Refusal("locked", **LOCKED), "en", REF)
    assert card.content == "🔒 Cannot deploy · ai · prod · locked · minsu · reason: exam"
    assert f"<t:{int(NOW + 60)}:R>" in card.lines[0]
    assert card.title == "Not done"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"verb": "deploy", "roles": ["123", "456"], "env": "prod"},
            "You may not deploy to prod. Role needed: <@&123> <@&456>.",
        ),
        ({"verb": "rollback", "roles": [], "env": "prod"}, "You may not roll back in prod. Role needed: nobody."),
        ({"verb": "freeze", "roles": ["1"], "env": "prod"}, "You may not set a freeze. Role needed: <@&1>."),
        (
            {"verb": "approve", "roles": ["1"], "env": "prod"},
            "You may not approve or reject this deploy. Who can: <@&1>.",
        ),
    ],
)
def test_a_missing_role_names_the_verb_and_the_roles_that_would_do(facts: dict[str, Any], said: str) -> None:
    assert refusal_card(Refusal("role", **facts), "en").content.startswith(said)


def test_a_role_that_is_no_id_costs_no_message() -> None:
    card = refusal_card(Refusal("role", verb="deploy", roles=["0" * 21, "@everyone"], env="prod"), "en")
    assert f"Role needed: {'0' * 21} ＠everyone." in card.content


def test_the_requester_is_told_who_can_approve() -> None:
    card = refusal_card(Refusal("self", approvers=["123"], oncall=True), "en")
    assert card.content == "You cannot approve your own request. Who can: <@&123> on-call"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refusal("stale", deploy=130), "Newer deploy: #130."),
        (Refusal("stale"), "Nothing was changed. Please use the newest card"),
        (Refusal("unknown_deploy", deploy="abc"), "No such deploy: abc."),
        (Refusal("unknown_deploy"), "There is no record of that."),
        (Refusal("not_open", ref="x"), "This deploy is not in a state for that. Nothing"),
        (Refusal("no_such_lock", lock=3), "That lock is already gone."),
        (Refusal("no_such_lock", target="a · b"), "No lock on a · b."),
        (
            Refusal("target_busy", deploy=127, who="jieun", holder_phase="awaiting"),
            "(#127 · jieun · waiting for approval)",
        ),
        (Refusal("target_busy", deploy=127, who="jieun", left=90.0), "(#127 · jieun · about 1 min 30 s left)"),
        (Refusal("still_unhealthy", status=503, error=None, running="9c1e0aa"), "(HTTP 503 · running: 9c1e0aa)"),
        (Refusal("still_unhealthy", status=None, error="refused", running=None), "(connection refused · running: –)"),
        (Refusal("too_early", left=240.0), "(4 min left)"),
        (LedgerUnwritable("disk_full"), "The request could not be recorded"),
        (AdapterError("ssh", "unreachable", retry=True, host="h", reason="timeout"), "cannot be reached: h (timeout)"),
        (AdapterError("ssh", "no_answer", retry=True, seconds=15), "did not answer within 15 s"),
        (AdapterError("ssh", "health_failed", retry=False, tries=3, status=500), "tries 3 (last answer: HTTP 500)"),
        (SlipwayError("authority_unreadable"), "Your roles could not be read"),
        (SlipwayError("never_heard_of"), r"(never_heard_of)"),
        (AdapterError("mars", "never_heard_of", retry=False), "(never_heard_of)"),
    ],
)
def test_refusals_say_what_their_facts_say(error: SlipwayError, said: str) -> None:
    assert said in whole(refusal_card(error, "en"))


def test_findings_are_listed_with_their_remedies_and_files() -> None:
    found = (
        Finding("unit_not_current", True, {"unit": "ai", "file": "/etc/x.conf", "attachment": "[Service]\nX=1"}),
        Finding("disk_full", True, {"path": "/app", "free_mb": 5, "need_mb": 900}),
        Finding("never_heard_of", True, {}),
    )
    card = refusal_card(Refusal("preflight", target="ai · prod", findings=found, kind="ssh"), "en", REF)
    assert "problems found before the start: 3" in card.lines[0]
    assert card.lines[1].startswith("• The unit does not use the current path: ai.")
    assert "(free 5 MB, needed 900 MB)" in card.lines[2]
    assert "never_heard_of" in card.lines[3]
    assert [(file.name, file.text) for file in card.files] == [("unit_not_current.txt", "[Service]\nX=1")]


def test_the_diff_of_a_dirty_tree_is_attached_without_its_secrets() -> None:
    error = AdapterError("ssh", "dirty_tree", retry=False, path="/app", files=2, attachment="-password=hunter22\n+x")
    card = refusal_card(error, "ko", REF)
    assert card.content.startswith("서버에 커밋되지 않은 변경 2개: /app.")
    assert card.files[0].name == "dirty_tree.txt"
    assert "hunter22" not in card.files[0].text
    assert "\n+x" in card.files[0].text


@dataclass(frozen=True)
class Kept:
    ref: str
    actor: str
    code: str
    facts: Mapping[str, Any]
    at: float


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("actor", ["100100100100100100", "slipway"])
def test_details_show_everything_that_was_written_down(actor: str, lang: Language) -> None:
    card = details_card(Kept(REF, actor, "locked", {**LOCKED, "`x`": "@everyone"}, NOW), lang, NOW)
    assert problems(card) == []
    shown = whole(card)
    assert "`locked`" in card.content
    assert f"`{REF}`" in shown
    assert ("<@100100100100100100>" in shown) is (actor != "slipway")
    assert "`9c1e0aa`" in shown
    assert "@everyone" not in shown


def test_details_of_an_adapters_refusal_find_its_text_without_its_kind() -> None:
    card = details_card(Kept(REF, "1", "unreachable", {"host": "h", "reason": "r"}, NOW), "en", NOW)
    assert card.lines[0].startswith("The server cannot be reached: h (r).")
