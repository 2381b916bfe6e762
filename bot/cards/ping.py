"""New messages that ping: edits of a card do not notify anybody (PRODUCT: Messages)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.cards.approval import vote_lines
from bot.cards.common import by_kind, facts, pinged
from bot.cards.deploy import deploy_card
from bot.cards.emergency import mark
from bot.cards.failed import failing_step, outcome_of, state_now
from bot.cards.limits import fit
from bot.cards.marker import marker
from bot.cards.settled import because
from bot.model import Card, Colour, DeployState, Language, Mentions, Outcome
from bot.wording import Trusted, text

LINK_END = " ()<>[]\"'`\\\n"
ASKING = frozenset({"nudge", "reminder", "reaimed"})
FULL = frozenset({"failed", "auto_rolled_back", "unknown", "settled", "escalated", "watch_held", "watch_nag"})
CONTENT = {
    "rejected": "approval.rejected.content",
    "expired": "approval.expired.content",
    "superseded": "superseded.ping.content",
    "cancelled": "cancelled.ping.content",
    "unknown": "unknown.ping.content",
    "settled": "unknown.settle.content",
    "nudge": "approval.nudge.content",
    "reminder": "approval.nudge.content",
    "reaimed": "approval.reaimed.content",
    "lock_passed": "lock.passed.content",
    "auto_rolled_back": "fail.ping.content.auto",
    "escalated": "escalated.ping.content",
    "watch_held": "watch_held.ping.content",
    "watch_nag": "watch_nag.ping.content",
}
PARTICULAR: dict[tuple[str, str | None], str] = {
    ("superseded", "superseded_outside"): "superseded.outside.ping.content",
    ("cancelled", "stopped"): "stopped.ping.content",
    ("failed", "settled_by_person"): "unknown.settle.content",
}


def ping_card(
    kind: str,
    state: DeployState,
    lang: Language,
    now: float,
    mentions: Mentions,
    payload: Mapping[str, Any] | None = None,
) -> Card:
    """``payload``: ``link`` (address of the deploy's card), ``reason``, ``who``, ``left`` (seconds); all optional."""
    known = _facts(kind, state, lang, now, mentions, payload or {})
    card = _body(kind, state, lang, now, known)
    content = _content(kind, state, lang, known)
    if state.deploy.plan.emergency:
        content = mark(lang, content)
    return fit(replace(card, content=content, mentions=mentions, footer=marker(state.deploy, kind), reactions=()))


def _facts(
    kind: str, state: DeployState, lang: Language, now: float, mentions: Mentions, payload: Mapping[str, Any]
) -> dict[str, Any]:
    deploy = state.deploy
    outcome = Outcome.AUTO if kind == "auto_rolled_back" else outcome_of(deploy)
    return {
        **facts(deploy, state.title),
        "reason": deploy.facts.get("reason") or deploy.facts.get("reasons", {}).get(deploy.ended_by, {}).get("reason"),
        "left": max((deploy.expires_at or now) - now, 0),
        **payload,
        "who": payload.get("who") or deploy.ended_by_name or "Slipway",
        "mention": pinged(mentions),
        "step": failing_step(state),
        "now": state_now(deploy, outcome, lang),
        "link": _link(str(payload.get("link", ""))),
    }


def _link(address: str) -> Trusted | None:
    good = address.startswith(("https://", "http://")) and not any(char in LINK_END for char in address)
    return Trusted(address) if good and len(address) <= 200 else None


def _content(kind: str, state: DeployState, lang: Language, known: Mapping[str, Any]) -> Trusted:
    code = state.deploy.code
    if (kind, code) in PARTICULAR:
        return text(lang, PARTICULAR[kind, code], **known)
    if kind == "rejected" and not known["reason"]:
        return text(lang, "approval.rejected.content.plain", **known)
    if kind in CONTENT:
        return text(lang, CONTENT[kind], **known)
    return by_kind(lang, "fail.ping.content", state.deploy.kind, **known)


def _body(kind: str, state: DeployState, lang: Language, now: float, known: Mapping[str, Any]) -> Card:
    """A failure is told whole where people look first; everything else points to the card."""
    if kind in FULL:
        return deploy_card(replace(state, continued=False), lang, now)
    if kind in ASKING:
        lines: list[str] = [*vote_lines(state, lang), text(lang, "approval.where", **known)]
    else:
        lines = [*([text(lang, "ping.reason", **known)] if known["reason"] else because(state.deploy, lang))]
    if known["link"]:
        lines.append(text(lang, "approval.link", link=known["link"]))
    colour = Colour.APPROVAL if kind in ASKING else Colour.GREY
    title = text(lang, "ping.title", **known)
    return Card(content="", title=title, colour=colour, lines=tuple(lines))
