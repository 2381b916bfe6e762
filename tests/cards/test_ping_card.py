"""New messages that ping: exactly who was decided, one line that says it all, and a marker of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import ping_card, problems
from bot.model import Colour, Kind, Language, Mentions, Outcome, Phase, Verdict
from tests.cards.samples import NOW, a_deploy, a_failure, a_state, settled

WHO = Mentions(users=("1001", "1002"))
LINK = "https://discord.com/channels/1/2/3"
BROKEN = settled(Verdict.FAILED, Outcome.BROKEN)
KINDS = {
    "rejected": settled(Verdict.REJECTED, code="rejected"),
    "expired": settled(Verdict.EXPIRED, code="expired"),
    "superseded": settled(Verdict.SUPERSEDED, code="superseded", facts={"by": 130, "who": "haneul"}),
    "cancelled": settled(Verdict.CANCELLED, code="locked", facts={"who": "minsu", "reason": "demo"}),
    "failed": BROKEN,
    "unknown": a_deploy(Phase.UNKNOWN),
    "settled": settled(Verdict.FAILED, code="settled_by_person", failure=None),
    "auto_rolled_back": settled(Verdict.ROLLED_BACK),
    "nudge": a_deploy(Phase.AWAITING),
    "reminder": a_deploy(Phase.AWAITING),
    "reaimed": a_deploy(Phase.AWAITING),
    "lock_passed": a_deploy(Phase.RUNNING),
    "escalated": settled(Verdict.FAILED, Outcome.ROLLBACK),
    "watch_held": a_deploy(Phase.WATCHING),
    "watch_nag": a_deploy(Phase.WATCHING),
}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_ping_begins_with_whom_it_pings_and_says_what_happened(kind: str, lang: Language) -> None:
    card = ping_card(kind, a_state(KINDS[kind]), lang, NOW, WHO, {"link": LINK, "left": 900.0})
    assert problems(card) == []
    assert card.content.startswith("<@1001> <@1002> ")
    assert "ai-server · prod" in card.content
    assert "<t:" not in card.content
    assert len(card.content) <= 200
    assert card.mentions == WHO
    assert card.footer == f"#128·1k3v·{kind}"
    assert card.reactions == ()
    assert "–" not in card.content


@pytest.mark.parametrize("outcome", Outcome)
def test_a_failures_ping_carries_the_buttons_of_its_card(outcome: Outcome) -> None:
    deploy = settled(Verdict.FAILED, outcome)
    card = ping_card("failed", a_state(deploy), "en", NOW, WHO)
    assert card.buttons
    assert len(card.lines) <= 8
    assert {button.ref for button in card.buttons} == {deploy.ulid}


def test_the_failure_of_the_design_reads_as_it_was_drawn() -> None:
    deploy = replace(BROKEN, failure=replace(a_failure(), step="health"))
    card = ping_card("failed", a_state(deploy), "en", NOW, WHO)
    assert card.content == (
        "<@1001> <@1002> ❌ Deploy failed · ai-server · prod · #128 · Health check · now: a1b9f2e runs, HTTP 502"
    )
    assert [button.label for button in card.buttons] == ["Roll back to 9c1e0aa", "Run health check again", "Logs"]


def test_a_healthy_automatic_rollback_does_not_sound_like_an_alarm() -> None:
    card = ping_card("auto_rolled_back", a_state(KINDS["auto_rolled_back"]), "en", NOW, WHO)
    assert "rolled back automatically" in card.content
    assert card.content.endswith("now: back on 9c1e0aa, healthy")
    assert card.colour is Colour.ROLLED_BACK


def test_a_reminder_points_to_the_card_and_takes_no_votes() -> None:
    for kind in ("nudge", "reminder"):
        card = ping_card(kind, a_state(KINDS[kind]), "en", NOW, WHO, {"link": LINK})
        assert card.buttons == ()
        assert "25 min left" in card.content
        assert f"[Go to the deploy's card]({LINK})" in card.lines
        assert "Votes count on the deploy's own card (#128) only." in card.lines


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "https://x/) [y](https://z", "https://x y", "https://" + "a" * 300]
)
def test_a_strange_link_is_left_out(link: str) -> None:
    card = ping_card("nudge", a_state(KINDS["nudge"]), "en", NOW, WHO, {"link": link})
    assert not any("](" in line for line in card.lines)


def test_a_rejection_names_the_person_and_the_reason_where_there_is_one() -> None:
    plain = ping_card("rejected", a_state(KINDS["rejected"]), "en", NOW, WHO)
    assert plain.content.endswith("#128 · minsu · nothing was deployed.")
    told = ping_card("rejected", a_state(KINDS["rejected"]), "en", NOW, WHO, {"reason": "wrong week"})
    assert told.content.endswith("#128 · minsu: wrong week")


def test_a_cancel_says_why_below() -> None:
    card = ping_card("cancelled", a_state(KINDS["cancelled"]), "en", NOW, WHO)
    assert any("demo" in line for line in card.lines)


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("superseded", "superseded_outside", "Superseded outside Slipway"),
        ("cancelled", "stopped", "the previous version keeps running"),
        ("failed", "settled_by_person", "Settled by a person"),
    ],
)
def test_particular_ends_are_said_truly(kind: str, code: str, said: str) -> None:
    card = ping_card(kind, a_state(replace(KINDS[kind], code=code)), "en", NOW, WHO)
    assert said in card.content


@pytest.mark.parametrize("kind", Kind)
def test_a_failed_rollback_is_not_called_a_failed_deploy(kind: Kind) -> None:
    card = ping_card("failed", a_state(settled(Verdict.FAILED, Outcome.BROKEN, kind)), "en", NOW, WHO)
    said = {Kind.ROLLBACK: "Rollback failed", Kind.RESTART: "Restart failed", Kind.PROMOTE: "Promotion failed"}
    wanted = said.get(kind, "Deploy failed")
    assert wanted in card.content


def test_nobody_pinged_leaves_no_gap() -> None:
    card = ping_card("failed", a_state(BROKEN), "en", NOW, Mentions())
    assert card.content.startswith("❌ Deploy failed")


def test_roles_are_pinged_behind_people() -> None:
    card = ping_card("failed", a_state(BROKEN), "en", NOW, Mentions(("1",), ("2",)))
    assert card.content.startswith("<@1> <@&2> ❌")


def test_a_ping_of_what_is_no_id_costs_no_message() -> None:
    card = ping_card("failed", a_state(BROKEN), "en", NOW, Mentions(("1", "everyone", "0" * 21), ("x",)))
    assert card.content.startswith("<@1> ❌")


def test_a_continued_card_is_told_whole_in_its_ping() -> None:
    card = ping_card("failed", a_state(BROKEN, continued=True), "en", NOW, WHO)
    assert "manual rollback needed" in card.title
