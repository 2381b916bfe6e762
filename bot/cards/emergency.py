"""What marks a break-glass deploy for ever, wherever it is shown; and the messages about it to security."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.cards.buttons import button
from bot.cards.common import pinged
from bot.model import Button, Card, Colour, Countersign, DeployState, Language, Mentions, Phase, Plan, Target, Verdict
from bot.wording import Trusted, text

COLOURS = {"owed": Colour.RUNNING, "overdue": Colour.RED, "signed": Colour.GREEN, "void": Colour.GREY}
OPEN = ("owed", "overdue")
LINES = 8  # of a failure (PRODUCT: at most eight lines)


def mark(lang: Language, words: str) -> Trusted:
    """A content or title with the mark behind it."""
    return Trusted(f"{words} · {text(lang, 'emergency.mark')}")


def marked(card: Card, state: DeployState, lang: Language) -> Card:
    """The deploy's public card: what was skipped, why, and whether somebody stands behind it."""
    deploy, owed = state.deploy, state.countersign
    if not deploy.plan.emergency:
        return card
    known = {"reason": deploy.plan.reason, "state": said(stage(owed), _facts(owed), lang)}
    lines = (text(lang, "emergency.line", **known), *card.lines)
    bad = deploy.phase is Phase.UNKNOWN or deploy.verdict in (Verdict.FAILED, Verdict.ROLLED_BACK)
    return replace(
        card,
        content=mark(lang, card.content),
        title=mark(lang, card.title),
        lines=lines[:LINES] if bad else lines,
        buttons=(*card.buttons, *_sign(stage(owed), deploy.ulid, lang)) if deploy.verdict else card.buttons,
    )


def stage(owed: Countersign | None) -> str:
    """owed, overdue, signed or void."""
    if owed is None or owed.void_at is not None:
        return "void"
    if owed.signed_at is not None:
        return "signed"
    return "overdue" if owed.overdue_at is not None else "owed"


def _facts(owed: Countersign | None) -> Mapping[str, Any]:
    return {"until": owed.due, "who": owed.signed_by_name, "when": owed.signed_at} if owed else {}


def said(stage: str, known: Mapping[str, Any], lang: Language) -> Trusted:
    return text(lang, f"emergency.{stage}", **known)


def _sign(stage: str, ref: str, lang: Language) -> tuple[Button, ...]:
    return (button("countersign", lang, ref),) if stage in OPEN else ()


def plan_lines(plan: Plan, lang: Language) -> list[str]:
    """On the private plan: what this order is, what it skips, and what it owes."""
    if not plan.emergency:
        return []
    owes = float(plan.policy.get("countersign", 0.0))
    return [text(lang, "plan.emergency"), text(lang, "plan.emergency.owes", duration=owes)]


def alarm(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    """To the security channel, at the Confirm."""
    return _post("emergency.alarm", payload, lang, mentions)


def late(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    """To the lead, once, when nobody countersigned in time."""
    return _post("emergency.late", payload, lang, mentions)


def _post(key: str, payload: Mapping[str, Any], lang: Language, mentions: Mentions) -> Card:
    state = str(payload["state"])
    known = {
        **{name: payload.get(name) for name in ("title", "who", "from", "to", "reason")},
        "target": Target(str(payload["service"]), str(payload["env"])),
        "id": payload["deploy"],
        "mention": pinged(mentions),
    }
    signed = {"until": payload.get("due"), "who": payload.get("by"), "when": payload.get("at")}
    return Card(
        content=text(lang, f"{key}.content", **known),
        title=text(lang, f"{key}.title", **known),
        colour=COLOURS[state],
        lines=(
            text(lang, "plan.reason", **known),
            text(lang, "running.versions", **known),
            text(lang, "emergency.skipped"),
            said(state, signed, lang),
        ),
        buttons=_sign(state, str(payload["ulid"]), lang),
    )
