"""The queue's buttons: a private place, a private plan, and never a change of somebody else's message."""

from __future__ import annotations

from bot import cards
from bot.errors import Refusal, concerning
from bot.model import Kind, Mentions, Order, Wish
from tests.cards.samples import NOW, TARGET, ULID
from tests.commands.conftest import Stage

ORDER = {"kind": "deploy", "wanted": "main", "reason": None, "model": None}
REF = "01JCK7Q3ZV9M2T4X8B6N5R1REF"


def busy() -> Refusal:
    error = Refusal("target_busy", target=str(TARGET), deploy=127, who="minsu", holder_phase="running")
    try:
        with concerning(TARGET.service, TARGET.env, order=ORDER):
            raise error
    except Refusal as said:
        return said


def wish(stage: Stage) -> Wish:
    return Wish(1, ULID, Order(Kind.DEPLOY, TARGET, stage.discord.ids["jieun"], "jieun", "main"), NOW)


async def test_whoever_is_refused_a_busy_target_gets_a_place_in_the_queue_and_can_leave_it(stage: Stage) -> None:
    stage.engine.answers["propose"] = busy()
    stage.queue.answers |= {"join": (wish(stage), 2), "leave": wish(stage)}
    jieun = stage.discord.person("jieun")
    refused = await stage.plan()
    place = await jieun.click(refused, "Queue me")
    assert place.kind == "update"
    assert "You are 2nd in the queue" in place.text
    ((ref, who), _) = stage.queue.of("join")[0]
    assert (ref, who.name) == (REF, "jieun")
    assert place.message is not None
    left = await jieun.click(place.message, "Leave queue")
    assert "You left the queue" in left.text
    assert stage.queue.of("leave")[0][1] == {"message": None}


async def test_in_their_turn_a_person_sees_an_ordinary_private_plan(stage: Stage) -> None:
    stage.queue.answers["turn"] = wish(stage).order
    payload = {"service": TARGET.service, "env": TARGET.env, "ref": ULID, "state": "called"}
    call = await stage.card(cards.post_card("queue_turn", payload, "en", NOW, Mentions()))
    plan = await stage.discord.person("jieun").click(call, "Show plan")
    assert plan.message is not None
    assert plan.message.ephemeral
    assert "Deploy plan" in plan.text
    assert stage.queue.of("turn")[0][1] == {"message": call.id}
    ((order, who), _) = stage.engine.of("propose")[0]
    assert (order.wanted, who.name) == ("main", "jieun")
    assert list(call.edits) == []


async def test_somebody_else_is_told_that_it_is_not_their_turn(stage: Stage) -> None:
    stage.queue.answers["turn"] = Refusal("not_your_turn")
    payload = {"service": TARGET.service, "env": TARGET.env, "ref": ULID, "state": "called"}
    call = await stage.card(cards.post_card("queue_turn", payload, "en", NOW, Mentions()))
    answer = await stage.discord.person("minsu").click(call, "Show plan")
    assert "somebody else's" in answer.text
    assert stage.engine.of("propose") == []
