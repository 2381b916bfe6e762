"""Messages that belong to no deploy: kind → the card that its payload makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.cards import emergency
from bot.cards.board import board_card
from bot.cards.handover import handover
from bot.cards.limits import fit
from bot.cards.nag import lock_ending
from bot.cards.offer import offer_card
from bot.cards.queue import turn_card
from bot.model import Card, Language, Mentions

Draw = Callable[[Mapping[str, Any], Language, float, Mentions], Card]
"""(payload, language, now, whom it pings) → the card, without its marker."""

KINDS: dict[str, Draw] = {
    "board": board_card,
    "break_glass": emergency.alarm,
    "countersign_overdue": emergency.late,
    "handover": handover,
    "queue_turn": turn_card,
    "lock_ending": lock_ending,
    "version_ready": offer_card,
}


def post_card(kind: str, payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    """Its mentions ping when it is sent, never when it is edited."""
    return fit(replace(KINDS[kind](payload, lang, now, mentions), mentions=mentions))
