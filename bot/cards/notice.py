"""Short private answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.cards.buttons import buttons
from bot.cards.limits import PREVIEW, fit, units
from bot.model import Card, Choice, Colour, Deploy, Language
from bot.wording import has, text


def notice(key: str, lang: Language, /, **facts: Any) -> Card:
    """One sentence by its key; a text with timestamps has a ``….content`` that stands beside it."""
    whole = text(lang, key, **facts)
    brief = text(lang, f"{key}.content", **facts) if has(f"{key}.content") else whole
    lines = (whole,) if brief != whole or units(whole) > PREVIEW else ()
    return fit(Card(content=brief, colour=Colour.GREY, lines=lines))


def vote_card(choice: Choice, lang: Language, deploy: Deploy, *, stands: bool) -> Card:
    """Which it is now, and a way to say why."""
    if not stands:
        return notice("notice.vote_withdrawn", lang, number=deploy.number)
    key = {Choice.APPROVE: "notice.approved", Choice.REJECT: "notice.rejected"}[choice]
    return fit(replace(notice(key, lang, number=deploy.number), buttons=buttons(lang, deploy.ulid, "reason")))


def changed_card(what: Sequence[str], lang: Language, ref: str) -> Card:
    """``what``: the fields of the digest that moved (texts ``changed.<field>``)."""
    return fit(
        Card(
            content=text(lang, "plan.changed.content"),
            title=text(lang, "refuse.title"),
            lines=(text(lang, "plan.changed", what=tuple(what)),),
            buttons=buttons(lang, ref, "replan"),
        )
    )


def spent_card(code: str, lang: Language, ref: str) -> Card:
    """A private plan whose Confirm no longer works: ``plan_expired`` or ``plan_closed``."""
    return fit(Card(content=text(lang, f"refuse.{code}"), buttons=buttons(lang, ref, "replan")))


def error_card(code: str, lang: Language) -> Card:
    """A bug: ``code`` is the reference that the log line carries."""
    return fit(Card(content=text(lang, "error.bug", code=code), colour=Colour.RED))
