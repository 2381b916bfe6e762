"""Buttons by action: label, style and the deploy (or refusal) that they point to (WORDING: buttons)."""

from __future__ import annotations

from bot.cards.limits import LABEL
from bot.model import Button, Deploy, Language, Style
from bot.wording import placeholders, plain, text
from bot.wording.catalogue import CATALOGUES
from bot.wording.inert import Trusted

STYLES = {
    "confirm": Style.PRIMARY,
    "replan": Style.PRIMARY,
    "queue_plan": Style.PRIMARY,
    "set_confirm": Style.PRIMARY,
    "approve": Style.SUCCESS,
    "countersign": Style.SUCCESS,
    "stop": Style.DANGER,
    "stop_confirm": Style.DANGER,
    "unlock_deploy": Style.DANGER,
    "settle": Style.DANGER,
    "keep": Style.DANGER,
}


def label(lang: Language, key: str, **facts: object) -> str:
    """At most 34 characters: a long value is cut, never the words around it. Labels read no markdown."""
    names = placeholders(CATALOGUES[lang][key])
    words = len(text(lang, key, **dict.fromkeys(names, Trusted(""))))
    room = max((LABEL - words - 1) // max(len(names), 1), 1)
    return text(lang, key, **{name: Trusted(plain(facts.get(name, ""), room)) for name in names})


def button(
    action: str, lang: Language, ref: str, /, key: str = "", style: Style | None = None, **facts: object
) -> Button:
    """``key``: another text than ``button.<action>``."""
    words = label(lang, key or f"button.{action}", **facts)
    return Button(action, words, style or STYLES.get(action, Style.SECONDARY), ref)


def buttons(lang: Language, ref: str, *actions: str) -> tuple[Button, ...]:
    return tuple(button(action, lang, ref) for action in actions)


def roll_back(deploy: Deploy, lang: Language, style: Style = Style.SECONDARY) -> tuple[Button, ...]:
    """Where there is a version to go back to. Opens the private plan: nothing happens at one tap."""
    back = deploy.plan.back
    return (button("rollback", lang, deploy.ulid, style=style, version=back.label),) if back else ()
