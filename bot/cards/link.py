"""The way to an attempt's own page on its platform."""

from __future__ import annotations

from bot.model import DeployState, Direction, Language, Link
from bot.wording import Trusted, first, link, text


def linked(found: Link, lang: Language) -> Trusted:
    """The platform's name where it has a text, over the address."""
    return link(first(lang, (f"link.{found.adapter}", "link")), found.url)


def links(state: DeployState, lang: Language) -> Trusted | None:
    """One for each attempt; what put the old version back says so."""
    rows = [row for row in state.attempts if row.attempt.id in state.links]
    shown = [
        text(lang, "link.restore", link=one) if row.attempt.direction is Direction.RESTORE else one
        for row in rows
        for one in [linked(state.links[row.attempt.id], lang)]
    ]
    return Trusted(" · ".join(shown)) if shown else None


def link_lines(state: DeployState, lang: Language) -> list[Trusted]:
    found = links(state, lang)
    return [text(lang, "link.line", link=found)] if found else []
