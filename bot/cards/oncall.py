"""Who is on call, now and next: the private answer of /oncall."""

from __future__ import annotations

from bot.cards.buttons import button
from bot.cards.limits import fit
from bot.model import Button, Card, Language
from bot.oncall import Duty, Source, Told
from bot.wording import Trusted, is_id, mention, mention_role, text
from bot.wording import moment as shown


def oncall_card(told: Told, lang: Language) -> Card:
    duty = told.now
    key = "oncall.content" if duty.user else "oncall.content.role"
    return fit(
        Card(
            content=text(lang, key, mention=person(lang, duty.user, told.role)),
            title=text(lang, "oncall.title"),
            lines=tuple(_lines(told, lang)),
            buttons=_buttons(duty, lang),
        )
    )


def person(lang: Language, user: str | None, role: str | None) -> Trusted:
    """A mention, which pings nobody here; the role where nobody in particular is on call."""
    if user:
        return mention(user)
    return mention_role(role) if role and is_id(role) else text(lang, "word.nobody")


def _lines(told: Told, lang: Language) -> list[str]:
    duty, coming = told.now, told.next
    lines = [
        text(lang, "oncall.by", by=text(lang, f"oncall.by.{duty.by}")),
        text(lang, "oncall.until", until=shown(duty.until) if duty.until else text(lang, "oncall.open")),
    ]
    if coming is None or coming.since is None:
        return [*lines, text(lang, "oncall.next.none"), *_calendar(told, lang)]
    known = {"mention": person(lang, coming.user, told.role), "by": text(lang, f"oncall.by.{coming.by}")}
    return [*lines, text(lang, "oncall.next", **known, since=shown(coming.since)), *_calendar(told, lang)]


def _calendar(told: Told, lang: Language) -> list[str]:
    """How old its last good copy is."""
    if told.calendar is None:
        return []
    if not told.calendar:
        return [text(lang, "oncall.calendar.never")]
    return [text(lang, "oncall.calendar.stale" if told.stale else "oncall.calendar", when=told.calendar)]


def _buttons(duty: Duty, lang: Language) -> tuple[Button, ...]:
    """An override of the configuration is ended there."""
    if duty.by is not Source.OVERRIDE or duty.override is None:
        return ()
    return (button("oncall_end", lang, str(duty.override)),)
