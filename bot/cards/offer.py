"""A branch has a new version: what it brings, and a button to its plan; afterwards what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.buttons import button
from bot.model import Card, Colour, Language, Mentions, Style, Target
from bot.wording import code, text

READY = "ready"


def offer_card(payload: Mapping[str, Any], lang: Language, now: float, mentions: Mentions) -> Card:
    """Pings nobody."""
    version, state = payload["version"], str(payload["state"])
    known = {
        "target": Target(str(payload["service"]), str(payload["env"])),
        "env": payload["env"],
        "to": version["label"],
        "branch": version["ref"] or "–",
        "from": payload["current"],
        "by": payload["by"],
        "id": payload["deploy"],
    }
    if state != READY:
        return Card(content=text(lang, f"offer.{state}.content", **known))
    current = text(lang, "offer.current" if payload["current"] else "offer.current.none", **known)
    return Card(
        content=text(lang, "offer.ready.content", **known),
        colour=Colour.APPROVAL,
        lines=(current, *_commits(payload["commits"], lang)),
        buttons=(button("offer_plan", lang, str(payload["ref"]), style=Style.PRIMARY, env=payload["env"]),),
    )


def _commits(commits: Mapping[str, Any] | None, lang: Language) -> Sequence[str]:
    if not commits or not commits["forward"]:
        return []
    shown = commits["items"]
    lines = [
        text(lang, "plan.commit", sha=code(one["sha"][:7], 7), subject=code(one["subject"], 72), author=one["author"])
        for one in shown
    ]
    left = commits["total"] - len(shown)
    return [*lines, *([text(lang, "plan.commits.more", n=left)] if shown and left > 0 else [])]
