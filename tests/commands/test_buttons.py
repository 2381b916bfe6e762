"""Buttons, selects and forms: the id carries no authority, everything is answered, also after a restart."""

from __future__ import annotations

from dataclasses import replace

import pytest

import commands
from bot.client import DiscordScreen, SlipwayClient
from bot.errors import Refusal
from bot.model import Button, Card, Choice, Phase, VoteSource
from bot.wording import keys as catalogue
from commands import buttons, modals
from playground.discord import LocalDiscord
from tests.cards.samples import NOW, ULID, a_deploy
from tests.client.conftest import here, supervised
from tests.commands.conftest import FakeEngine, Stage

CARD = Card(
    content="Approval needed",
    title="AI Server deploy needs approval",
    footer="#128·k3v9·card",
    buttons=tuple(Button(action, action, ref=ULID) for action in ("approve", "reject", "diff", "stop", "settle")),
)


async def test_a_click_from_another_guild_or_a_direct_message_is_refused_and_asks_nothing(stage: Stage) -> None:
    card = await stage.card(CARD)
    for where in ("elsewhere", "dm"):
        asked = stage.discord.person("jieun").forge(f"slip1:approve:{ULID}", card, where=where)
        answer = await stage.discord.answer(asked)
        assert "configured server only" in answer.text
    assert {verb for verb, *_ in stage.engine.asked} == {"reread_votes"}


@pytest.mark.parametrize("custom_id", [f"slip1:nonsense:{ULID}", f"slip0:approve:{ULID}", "slip1:approve:' OR 1=1"])
async def test_a_forged_or_outdated_button_is_answered_not_left_thinking(stage: Stage, custom_id: str) -> None:
    card = await stage.card(replace(CARD, buttons=(Button("diff", "Changes", ref=ULID),)))
    asked = stage.discord.person("visitor").forge(custom_id, card)
    answer = await stage.discord.answer(asked)
    assert "no longer applies" in answer.text


async def test_a_button_on_a_copied_message_hands_over_that_message_and_hears_that_it_is_stale(stage: Stage) -> None:
    stage.engine.answers["vote"] = Refusal("stale", deploy=129)
    copy = await stage.card(CARD, "#general")
    answer = await stage.discord.person("haneul").click(copy, "approve")
    assert "no longer applies" in answer.text
    ((message, channel, *_), _) = stage.engine.of("vote")[0]
    assert (message, channel) == (copy.id, stage.discord.ids["#general"])


@pytest.mark.parametrize(
    ("label", "choice", "stands", "said"),
    [("approve", Choice.APPROVE, True, "approved"), ("reject", Choice.REJECT, False, "back")],
)
async def test_a_vote_by_button_is_answered_privately_with_what_stands_now(
    stage: Stage, label: str, choice: Choice, stands: bool, said: str
) -> None:
    stage.engine.answers["vote"] = stands
    card = await stage.card(CARD)
    answer = await stage.discord.person("haneul").click(card, label)
    assert answer.message is not None
    assert answer.message.ephemeral
    assert said in answer.text
    ((message, _, who, chosen, source), more) = stage.engine.of("vote")[0]
    assert (message, who.name, chosen, source, more) == (
        card.id,
        "haneul",
        choice,
        VoteSource.BUTTON,
        {"standing": True},
    )


async def test_your_own_request_cannot_be_approved_and_who_can_is_named(stage: Stage) -> None:
    stage.engine.answers["vote"] = Refusal("self", approvers=[stage.discord.ids["@oncall"]])
    answer = await stage.discord.person("jieun").click(await stage.card(CARD), "approve")
    assert f"<@&{stage.discord.ids['@oncall']}>" in answer.text
    assert answer.message is not None
    assert answer.message.pings == []


async def test_stopping_says_first_what_it_leaves_behind(stage: Stage) -> None:
    running = a_deploy(Phase.RUNNING)
    stage.engine.answers |= {"stop_effect": "put_back", "get": running, "stop": running}
    card = await stage.card(CARD)
    jieun = stage.discord.person("jieun")
    asked = await jieun.click(card, "stop")
    assert "If you stop now" in asked.text
    assert stage.engine.of("stop") == []
    assert asked.message is not None
    done = await jieun.click(asked.message, "Stop deploy")
    assert done.kind == "update"
    assert stage.engine.of("stop")[0][1] == {"message": None}
    assert stage.engine.of("stop_effect")[0][1] == {"message": card.id}


async def test_settling_asks_for_a_reason_and_passes_it_on(stage: Stage) -> None:
    stage.engine.answers["settle"] = a_deploy()
    card = await stage.card(CARD)
    haneul = stage.discord.person("haneul")
    form = await haneul.click(card, "settle")
    assert form.modal is not None
    answer = await haneul.submit(form.modal, {"reason": "looked at the host"})
    assert "128" in answer.text
    ((ref, _, reason), more) = stage.engine.of("settle")[0]
    assert (ref, reason, more) == (ULID, "looked at the host", {"message": card.id})


async def test_keeping_asks_for_a_reason_too(stage: Stage) -> None:
    stage.engine.answers["keep"] = a_deploy()
    card = await stage.card(replace(CARD, buttons=(Button("keep", "Keep it", ref=ULID),)))
    haneul = stage.discord.person("haneul")
    form = await haneul.click(card, "Keep it")
    assert form.modal is not None
    answer = await haneul.submit(form.modal, {"reason": "no traffic at night"})
    assert "observed, not as verified" in answer.text
    ((ref, _, reason), more) = stage.engine.of("keep")[0]
    assert (ref, reason, more) == (ULID, "no traffic at night", {"message": card.id})


async def test_watching_on_is_answered_and_refused_in_words(stage: Stage) -> None:
    card = await stage.card(replace(CARD, buttons=(Button("watch_on", "Watch on", ref=ULID),)))
    haneul = stage.discord.person("haneul")
    stage.engine.answers["watch_on"] = a_deploy()
    assert "Being watched on" in (await haneul.click(card, "Watch on")).text
    stage.engine.answers["watch_on"] = Refusal("not_held", deploy=128)
    assert "Nobody is asked about this deploy" in (await haneul.click(card, "Watch on")).text


async def test_a_settle_that_comes_too_early_is_refused_in_the_form(stage: Stage) -> None:
    stage.engine.answers["settle"] = Refusal("too_early", left=200)
    haneul = stage.discord.person("haneul")
    form = await haneul.click(await stage.card(CARD), "settle")
    assert form.modal is not None
    answer = await haneul.submit(form.modal, {"reason": "let me"})
    assert "cannot be settled yet" in answer.text


async def test_a_form_from_elsewhere_does_not_even_open(stage: Stage) -> None:
    asked = stage.discord.person("haneul").forge(f"slip1:settle:{ULID}", await stage.card(CARD), where="elsewhere")
    assert "configured server only" in (await stage.discord.answer(asked)).text


async def test_buttons_and_open_forms_still_work_after_a_restart(stage: Stage, discord: LocalDiscord) -> None:
    """discord.py drops forms that it did not open itself; nothing of ours lives in memory."""
    card = await stage.card(CARD)
    haneul = discord.person("haneul")
    form = await haneul.click(card, "settle")
    await stage.client.close()
    engine = FakeEngine({"vote": True, "settle": a_deploy(), "get": a_deploy()})
    again = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
    app = commands.App(
        engine=engine,  # type: ignore[arg-type]
        board=stage.board,  # type: ignore[arg-type]
        locks=stage.locks,  # type: ignore[arg-type]
        duties=stage.duties,  # type: ignore[arg-type]
        queue=stage.queue,  # type: ignore[arg-type]
        announce=stage.announce,  # type: ignore[arg-type]
        screen=DiscordScreen(again),
        guild=int(discord.ids["guild"]),
        deploys=discord.ids["#deploys"],
        language="en",
        titles={},
        now=lambda: NOW,
    )
    commands.install(again, app)
    async with supervised(again, discord):
        await here(again)
        await haneul.click(card, "approve")
        assert form.modal is not None
        await haneul.submit(form.modal, {"reason": "after the restart"})
    assert [verb for verb, *_ in engine.asked if verb in {"vote", "settle"}] == ["vote", "settle"]


async def test_every_action_that_a_card_can_carry_is_known(stage: Stage) -> None:
    """The other direction: a label in the catalogue without an action behind it would be a dead button."""
    labels = {key.split(".")[1] for key in catalogue() if key.startswith("button.")} - {"put_back"}  # a stop's label
    assert labels <= set(buttons.ACTIONS) | set(modals.FORMS) | {"share"}


@pytest.mark.parametrize("action", sorted(buttons.ACTIONS))
async def test_a_public_button_never_changes_the_public_message(stage: Stage, action: str) -> None:
    deploy = a_deploy()
    stage.engine.answers |= dict.fromkeys(
        ("confirm", "replan", "retry", "rollback_plan", "recheck", "look", "cancel", "stop"), deploy
    )
    stage.engine.answers |= {"stop_effect": "kept", "vote": True}
    card = await stage.card(replace(CARD, buttons=(Button(action, action, ref=ULID),)))
    before = card.text
    answer = await stage.discord.person("visitor").click(card, action)
    assert answer.message is not None
    assert answer.message.ephemeral
    assert card.text == before
    assert list(card.edits) == []


async def test_a_vote_is_one_tap_and_its_reason_comes_after(stage: Stage) -> None:
    stage.engine.answers |= {"vote": True, "explain": a_deploy()}
    haneul = stage.discord.person("haneul")
    voted = await haneul.click(await stage.card(CARD), "reject")
    assert len(stage.engine.of("vote")) == 1
    assert voted.message is not None
    form = await haneul.click(voted.message, "Add a reason")
    assert form.modal is not None
    answer = await haneul.submit(form.modal, {"reason": "@everyone not today"})
    assert "stands on the card" in answer.text
    ((ref, who, reason), more) = stage.engine.of("explain")[0]
    assert (ref, who.name, reason, more) == (a_deploy().ulid, "haneul", "@everyone not today", {"message": None})


async def test_a_vote_taken_back_says_so_and_offers_no_reason(stage: Stage) -> None:
    stage.engine.answers["vote"] = False
    answer = await stage.discord.person("haneul").click(await stage.card(CARD), "approve")
    assert answer.message is not None
    assert "you have none now" in answer.text
    assert list(answer.message.buttons) == []
