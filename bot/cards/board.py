"""The pinned board: a line a target, trouble first, in the public language. It pings nobody and carries no buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.limits import DESCRIPTION, units
from bot.model import Card, Colour, Language, Mentions
from bot.wording import Trusted, text

SIGNS = {"ok": "✅", "unchecked": "✅", "drift": "⚠️", "bad": "❌", "nothing": "⚪", "empty": "⚪", "unread": "❔"}
TROUBLE = ("bad", "drift", "nothing", "unread")
ROOM = DESCRIPTION - 300  # for the lines that are always there


def board_card(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    """``payload``: ``lines`` as ``bot.board.panel`` makes them, and when that was (``at``)."""
    rows: Sequence[Mapping[str, Any]] = payload["lines"]
    states = [str(row["state"]) for row in rows]
    drift, bad = states.count("drift"), sum(state in TROUBLE for state in states) - states.count("drift")
    lines = [_line(row, lang) for row in rows]
    shown = _that_fit(lines)
    more = [text(lang, "board.more", n=len(lines) - len(shown))] if len(shown) < len(lines) else []
    return Card(
        content=text(lang, "status.content", n=len(rows), drift=drift, bad=bad),
        title=text(lang, "board.title"),
        colour=Colour.RED if bad else Colour.GREY if drift else Colour.GREEN,
        lines=(*shown, *more, text(lang, "board.at", when=payload["at"]), text(lang, "board.how")),
    )


def _that_fit(lines: Sequence[str]) -> list[str]:
    shown: list[str] = []
    room = ROOM
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            break
        shown.append(line)
    return shown


def _line(row: Mapping[str, Any], lang: Language) -> Trusted:
    state = str(row["state"])
    known = {"sign": Trusted(SIGNS[state]), "target": row["target"], "version": row["version"]}
    said = text(lang, f"board.{state}", recorded=row["recorded"])
    key = "board.line" if row["version"] else "board.line.empty"
    return Trusted(" · ".join([text(lang, key, said=said, **known), *_marks(row, lang)]))


def _marks(row: Mapping[str, Any], lang: Language) -> list[str]:
    busy = [text(lang, "board.busy", id=row["busy"])] if row["busy"] is not None else []
    holds = {"board.locked": row["locked"], "board.frozen": row["frozen"]}
    return [*busy, *(text(lang, key) for key, stands in holds.items() if stands)]
