"""The buttons under "lock ends soon": stateless, told with the message that was pressed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import post_card
from bot.errors import Refusal
from bot.model import Mentions
from tests.cards.samples import NOW
from tests.commands.conftest import Stage, a_lock

PAYLOAD = {
    "lock": 1,
    "service": "ai-server",
    "env": None,
    "owner_name": "jieun",
    "reason": "load test",
    "until": NOW + 600,
    "ended": "",
    "by": "",
}


async def test_extend_and_unlock_name_the_lock_and_the_message(stage: Stage) -> None:
    lock = a_lock(stage.discord)
    stage.locks.answers |= {"extend": lock, "release": lock}
    card = await stage.card(post_card("lock_ending", PAYLOAD, "en", NOW, Mentions()))
    jieun = stage.discord.person("jieun")
    extended = await jieun.click(card, "Extend by 1 h")
    assert "ai-server · all" in extended.text
    released = await jieun.click(card, "Unlock")
    assert "Unlocked · ai-server · all" in released.text
    for verb in ("extend", "release"):
        ((number, who, message), _) = stage.locks.of(verb)[0]
        assert (number, who.id, message) == (1, jieun.id, card.id)


async def test_a_refusal_is_told_in_the_readers_words(stage: Stage) -> None:
    stage.locks.answers["extend"] = Refusal("not_lock_owner", owner="jieun", verb="extend", roles=[])
    card = await stage.card(post_card("lock_ending", PAYLOAD, "en", NOW, Mentions()))
    answer = await stage.discord.person("visitor").click(card, "Extend by 1 h")
    assert "may not extend somebody else's lock" in answer.text


@pytest.mark.parametrize("ref", ["", "1/2", "a", "01JCK7Q3ZV9M2T4X8B6N5R1REF"])
async def test_a_number_that_is_none_is_stale(stage: Stage, ref: str) -> None:
    card = await stage.card(post_card("lock_ending", PAYLOAD, "en", NOW, Mentions()))
    sent = stage.discord.person("jieun").forge(f"slip1:lock_release:{ref}", card)
    assert "no longer applies" in (await stage.discord.answer(sent)).text
    assert stage.locks.of("release") == []


@pytest.mark.parametrize(("locale", "every"), [("en-US", "all · all"), ("ko", "전체 · 전체")])
async def test_a_lock_of_everything_says_so_in_the_readers_language_and_so_does_its_end(
    stage: Stage, locale: str, every: str
) -> None:
    lock = replace(a_lock(stage.discord), service=None)
    stage.locks.answers |= {"lock": lock, "unlock": [lock]}
    jieun = stage.discord.person("jieun")
    jieun.locale = locale
    for verb in ("lock", "unlock"):
        answer = await jieun.command(verb)
        assert every in answer.content
        assert stage.locks.of(verb)[0][0][:2] == (None, None)
