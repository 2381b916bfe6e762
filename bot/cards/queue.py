"""Waiting for a target that is not free: one's place, and the call when it is one's turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.buttons import buttons
from bot.cards.common import pinged
from bot.cards.limits import fit
from bot.model import Card, Colour, Language, Mentions, Target, Wish
from bot.wording import Trusted, text

CALLED = "called"


def queue_card(wish: Wish, place: int, lang: Language) -> Card:
    """``place``: 1 is the first."""
    known = {"target": wish.order.target, "place": Trusted(nth(place, lang))}
    return fit(
        Card(
            content=text(lang, "queue.joined.content", **known),
            lines=(text(lang, "queue.joined"),),
            buttons=buttons(lang, wish.ulid, "queue_leave"),
        )
    )


def nth(place: int, lang: Language) -> str:
    """2 → ``2nd``, ``2번째``."""
    if lang == "ko":
        return f"{place}번째"
    teens = 10 <= place % 100 < 20
    return f"{place}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


def turn_card(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    """It pings once, when it is sent; afterwards it says what became of the turn."""
    state, target = str(payload["state"]), Target(str(payload["service"]), str(payload["env"]))
    whom = {"mention": pinged(mentions), "target": target}
    if state != CALLED:
        return Card(content=text(lang, f"queue.{state}.content", **whom))
    return Card(
        content=text(lang, "queue.called.content", **whom),
        colour=Colour.APPROVAL,
        lines=(text(lang, "queue.called"),),
        buttons=buttons(lang, str(payload["ref"]), "queue_plan", "queue_leave"),
    )
