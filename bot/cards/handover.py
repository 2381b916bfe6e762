"""The handover: who is on call now, and what they must know. Drawn from what was true when it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.common import pinged
from bot.cards.nag import covered
from bot.cards.oncall import person
from bot.model import Card, Colour, Language, Mentions
from bot.wording import moment as shown
from bot.wording import text

KINDS = ("unknown", "locks", "waiting", "recent")


def handover(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    role = payload.get("role")
    known = {
        "before": person(lang, payload["before"], role),
        "after": person(lang, payload["user"], role),
        "by": text(lang, f"oncall.by.{payload['by']}"),
        "until": shown(payload["until"]) if payload["until"] else text(lang, "oncall.open"),
        "mention": pinged(mentions),
    }
    lines: list[str] = [text(lang, "handover.now", **known), text(lang, "handover.before", **known)]
    for kind in KINDS:
        lines += _news(kind, payload[kind], lang)
    return Card(
        content=text(lang, "handover.content" if payload["user"] else "handover.content.role", **known),
        title=text(lang, "handover.title"),
        colour=Colour.APPROVAL if payload["waiting"]["n"] else Colour.GREY,
        lines=tuple(lines),
    )


def _news(kind: str, told: Mapping[str, Any], lang: Language) -> list[str]:
    if not told["n"]:
        return [text(lang, f"handover.{kind}.none")]
    left = told["n"] - len(told["lines"])
    lines = [text(lang, f"handover.{kind}.line", **_facts(line, lang)) for line in told["lines"]]
    more = [text(lang, "handover.more", n=left)] if left else []
    return [text(lang, f"handover.{kind}", n=told["n"]), *lines, *more]


def _facts(line: Mapping[str, Any], lang: Language) -> Mapping[str, Any]:
    """A lock's empty service or environment means all; a deploy without a verdict tells its phase."""
    if "who" not in line:
        return {**line, "result": text(lang, _result(line))}
    return {**line, "target": covered(line["service"], line["env"], lang)}


def _result(line: Mapping[str, Any]) -> str:
    return f"verdict.{line['verdict']}" if line["verdict"] else f"phase.{line['phase']}"
