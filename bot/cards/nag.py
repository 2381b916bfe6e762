"""A lock ends soon: told to its owner once; afterwards the same message says how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.buttons import buttons
from bot.cards.common import pinged
from bot.model import Card, Colour, Language, Mentions
from bot.wording import Trusted, inert, text

ENDED = {"expired": "lock.ended", "unlocked": "lock.unlocked", "extended": "lock.extended"}


def lock_ending(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    known = {
        "target": covered(payload["service"], payload["env"], lang),
        "owner": payload["owner_name"],
        "reason": payload["reason"],
        "until": payload["until"],
        "when": payload["until"],
        "left": max(payload["until"] - now, 0),
        "who": payload["by"],
        "mention": pinged(mentions),
    }
    if payload["ended"]:
        key = ENDED[payload["ended"]]
        return Card(content=text(lang, f"{key}.content", **known), lines=(text(lang, key, **known),))
    return Card(
        content=text(lang, "lock.ending.content", **known),
        colour=Colour.RUNNING,
        lines=(text(lang, "lock.ending", **known), text(lang, "lock.ending.how")),
        buttons=buttons(lang, str(payload["lock"]), "lock_extend", "lock_release"),
    )


def covered(service: str | None, env: str | None, lang: Language) -> Trusted:
    """``ai-server · all``: an empty service or environment means all, and says so."""
    return Trusted(" · ".join(inert(part, 60) if part else text(lang, "word.all") for part in (service, env)))
