"""Step by step what happened: to one deploy, or between a target's last healthy and first failing moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.common import person, said
from bot.cards.gates import told
from bot.cards.limits import fit
from bot.cards.link import linked
from bot.cards.record import reason, record_line, state
from bot.model import Card, Hindrance, Language, Says, WhyLine, WhyView
from bot.wording import Trusted, clock, first, has, text


def why_card(view: WhyView, lang: Language, now: float) -> Card:
    lines = [_line(line, lang, view.adapter) for line in view.lines]
    kind = "" if view.number is not None else ".target"
    known = {"target": view.target, "id": view.number}
    if view.number is None:
        lines = [*_window(view, lang), *(lines or [text(lang, "why.nothing")])]
    lines += [record_line(view.record, lang)] if view.record else []
    return fit(
        Card(
            content=text(lang, f"why.content{kind}", **known),
            title=text(lang, f"why.title{kind}", **known),
            lines=tuple(lines or [text(lang, "why.nothing")]),
        )
    )


def _window(view: WhyView, lang: Language) -> list[Trusted]:
    """Last healthy, first failing, and then what happened between."""
    found = []
    for key, line in (("why.healthy", view.last_healthy), ("why.failing", view.first_failing)):
        known = {"when": line.at, **line.facts} if line else {}
        found.append(text(lang, key if line else f"{key}.none", **known))
    return [*found, text(lang, "why.between")]


def _line(line: WhyLine, lang: Language, adapter: str) -> Trusted:
    """What the gates said stands behind what it was said for."""
    answers = _answers(line)
    what = Trusted(": ".join([_what(line, lang, adapter), *([told(answers, lang)] if answers else [])]))
    what = Trusted(f"{what} · {linked(line.link, lang)}") if line.link else what
    return text(lang, "why.line", at=clock(line.at), actor=person(line.actor), what=what)


def _answers(line: WhyLine) -> list[Mapping[str, Any]]:
    """Of one judgement; of the verdict where a gate ended it, only what was not met."""
    if line.code == "settled" and line.facts.get("code") == "gate":
        kept = line.facts.get("facts", {}).get("gates", {}).get("answers", [])
        return [one for one in kept if one.get("says") != Says.YES]
    found = line.facts.get("answers")
    return found if isinstance(found, list) else []


def _what(line: WhyLine, lang: Language, adapter: str) -> Trusted:
    known: Mapping[str, Any] = {"action": line.code, **line.facts}
    if line.code == "settled" and known.get("code"):
        reason = said(lang, adapter, str(known["code"]), {"who": person(line.actor), **_said_of(known)})
        return text(lang, "why.settled.code", verdict=known.get("verdict"), reason=reason)
    if line.code == "unknown":
        return text(lang, "why.unknown", reason=said(lang, adapter, str(known.get("code")), known))
    if line.code in ("recorded", "record_failed", "record_given_up"):
        return _record(line, lang)
    keys = (f"why.{line.code}.model",) if known.get("model") and line.code == "planned" else ()
    return first(lang, (*keys, f"why.{line.code}" if has(f"why.{line.code}") else "why.other", "why.other"), **known)


def _record(line: WhyLine, lang: Language) -> Trusted:
    """What GitHub was told of the deploy, or why it could not be told."""
    known = line.facts
    if line.code == "recorded":
        key = "why.recorded.pull" if known.get("pull") else "why.recorded"
        return text(lang, key, state=state(known.get("state"), lang), pull=known.get("pull"))
    why = Hindrance(str(known.get("kind", "")), str(known.get("code", "")), known.get("facts", {}))
    return text(lang, f"why.{line.code}", state=state(known.get("state"), lang), reason=reason(why, lang))


def _said_of(settled: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a verdict, and those of the failure that it is named after."""
    found, failure = settled.get("facts"), settled.get("failure")
    named = isinstance(failure, Mapping) and failure.get("code") == settled.get("code")
    return {
        **(found if isinstance(found, Mapping) else {}),
        **(failure.get("facts", {}) if named and isinstance(failure, Mapping) else {}),
    }
