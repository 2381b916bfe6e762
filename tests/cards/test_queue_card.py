"""The queue on the screen: one's place, the call, and what became of it."""

from __future__ import annotations

import pytest

from bot import cards
from bot.cards.queue import nth
from bot.errors import AdapterError, Refusal, concerning
from bot.model import Kind, Language, Mentions, Order, Wish
from tests.cards.samples import NOW, TARGET, ULID

WISH = Wish(1, ULID, Order(Kind.DEPLOY, TARGET, "1001", "jieun", "main"), NOW)
PAYLOAD = {"service": "ai-server", "env": "prod", "ref": ULID}
ORDER = {"kind": "deploy", "wanted": "main", "reason": None, "model": None}


@pytest.mark.parametrize(("place", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th")])
def test_a_place_is_told_as_people_say_it(place: int, said: str) -> None:
    assert nth(place, "en") == said
    assert cards.queue_card(WISH, place, "en").content == f"⏱️ You are {said} in the queue · ai-server · prod"
    assert f"{place}번째" in cards.queue_card(WISH, place, "ko").content


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_call_pings_its_requester_and_leads_to_a_plan_not_to_a_deploy(lang: Language) -> None:
    card = cards.post_card("queue_turn", {**PAYLOAD, "state": "called"}, lang, NOW, Mentions(users=("1001",)))
    assert card.content.startswith("<@1001>")
    assert card.mentions == Mentions(users=("1001",))
    assert [(one.action, one.ref) for one in card.buttons] == [("queue_plan", ULID), ("queue_leave", ULID)]


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("state", ["passed", "overtaken", "missed", "left", "taken", "old"])
def test_a_turn_that_is_over_offers_nothing(lang: Language, state: str) -> None:
    card = cards.post_card("queue_turn", {**PAYLOAD, "state": state}, lang, NOW, Mentions(users=("1001",)))
    assert card.buttons == ()
    assert "ai-server · prod" in card.content


def refused(error: Refusal | AdapterError, **order: object) -> Refusal | AdapterError:
    with pytest.raises(type(error)), concerning("ai-server", "prod", **order):
        raise error
    return error


@pytest.mark.parametrize("code", ["target_busy", "result_unknown", "locked"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_is_busy_or_locked_can_be_waited_for(code: str, lang: Language) -> None:
    error = refused(Refusal(code, target=str(TARGET), deploy=127, who="minsu"), order=ORDER)
    assert [one.action for one in cards.refusal_card(error, lang, ULID).buttons] == ["queue", "details"]


def test_nothing_is_offered_for_break_glass_nor_for_another_refusal_nor_without_a_record() -> None:
    busy = Refusal("target_busy", target=str(TARGET), deploy=127, who="minsu", holder_phase="running")
    assert [one.action for one in cards.refusal_card(refused(busy), "en", ULID).buttons] == ["details"]
    role = refused(Refusal("role", env="prod", roles=[]), order=ORDER)
    assert [one.action for one in cards.refusal_card(role, "en", ULID).buttons] == ["details"]
    assert cards.refusal_card(refused(busy, order=ORDER), "en").buttons == ()


def test_a_result_that_nobody_knows_is_not_called_a_running_deploy() -> None:
    error = refused(Refusal("result_unknown", target=str(TARGET), deploy=127, who="minsu"), order=ORDER)
    said = cards.refusal_card(error, "en", ULID)
    whole = " ".join([said.content, *said.lines])
    assert "the result of #127 (minsu) is not known" in whole
    assert "Settle result" in whole
