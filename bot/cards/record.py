"""How far GitHub's own pages know of a deploy."""

from __future__ import annotations

from bot.cards.common import said
from bot.model import Hindrance, Language, Standing
from bot.wording import Trusted, first, text


def record_line(found: Standing, lang: Language) -> Trusted:
    known = {"state": state(found.told, lang), "owed": state(found.owed, lang)}
    if found.owed is None:
        return text(lang, "record.told", **known)
    if found.why is None:
        return text(lang, "record.waits", **known)
    return text(lang, "record.given_up" if found.given_up else "record.failed", reason=reason(found.why, lang), **known)


def record_mark(found: Standing | None, lang: Language) -> Trusted | None:
    """Only where somebody may have to change something."""
    if found is None or found.why is None:
        return None
    return text(lang, "history.record.given_up" if found.given_up else "history.record")


def reason(why: Hindrance, lang: Language) -> Trusted:
    return said(lang, why.kind, why.code, why.facts)


def state(told: str | None, lang: Language) -> Trusted:
    return first(lang, (f"record.state.{told}", "record.state"), told=told)
