"""The public card of every phase, verdict and outcome, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.cards import deploy_card, marker, problems
from bot.model import Card, Colour, Language, Mentions, Phase
from tests.cards.samples import NOW, a_deploy, a_state, every_state

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
    asks_for_all = bool(state.deploy.leads) and state.deploy.phase is Phase.AWAITING
    assert (state.deploy.target.env if asks_for_all else str(state.deploy.target)) in card.content


@pytest.mark.parametrize("name", STATES)
def test_the_two_languages_show_the_same_facts(name: str) -> None:
    ko, en = (deploy_card(STATES[name], lang, NOW, WHO) for lang in LANGUAGES)
    assert (ko.colour, actions(ko), len(ko.lines)) == (en.colour, actions(en), len(en.lines))
    assert [button.style for button in ko.buttons] == [button.style for button in en.buttons]
    assert ko.lines != en.lines


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
