"""The public card while a second person is asked, and the short hold after the last vote."""

from __future__ import annotations

import math

from bot.cards.buttons import buttons
from bot.cards.common import by_kind, downtime, facts, pinged, roles_said
from bot.cards.plan import plan_lines
from bot.cards.progress import people_line, waiting_lines
from bot.model import Card, Choice, Colour, DeployState, Language, Mentions, Seats, Vote
from bot.wording import Trusted, first, text

IGNORED = 3
REACTIONS = ("✅", "❌")


def awaiting(state: DeployState, lang: Language, now: float, mentions: Mentions) -> Card:
    deploy = state.deploy
    known = {
        **facts(deploy, state.title),
        "mention": pinged(mentions),
        "downtime": downtime(lang, deploy.plan.downtime),
    }
    lines = [text(lang, "approval.how"), *vote_lines(state, lang), *waiting_lines(state, lang)]
    return Card(
        content=text(lang, "approval.content", **known),
        title=by_kind(lang, "approval.title", deploy.kind, **known),
        colour=Colour.APPROVAL,
        lines=(*plan_lines(deploy.plan, lang, state.impact), *lines, people_line(state, lang)),
        buttons=buttons(lang, deploy.ulid, "approve", "reject", "diff"),
        mentions=mentions,
        reactions=REACTIONS,
    )


def hold(state: DeployState, lang: Language, now: float, mentions: Mentions) -> Card:
    deploy = state.deploy
    left = max(math.ceil((deploy.hold_until or now) - now), 1)
    known = {**facts(deploy, state.title), "seconds": left}
    return Card(
        content=text(lang, "approval.hold.content", **known),
        title=by_kind(lang, "approval.hold.title", deploy.kind, **known),
        colour=Colour.APPROVAL,
        lines=(
            text(lang, "approval.hold", seconds=left),
            *vote_lines(state, lang),
            *plan_lines(deploy.plan, lang, state.impact),
            people_line(state, lang),
        ),
        buttons=buttons(lang, deploy.ulid, "approve", "reject", "cancel", "diff"),
        mentions=mentions,
        reactions=REACTIONS,
    )


def vote_lines(state: DeployState, lang: Language) -> list[str]:
    """Seats, and whose vote was not counted and why."""
    deploy = state.deploy
    known = {"have": state.have, "need": state.need, "when": deploy.expires_at, "digest": facts(deploy)["digest"]}
    return [text(lang, "approval.count", **known), *_groups(state.groups, lang), *_ignored(state.votes, lang)]


def _groups(groups: tuple[Seats, ...], lang: Language) -> list[Trusted]:
    """Whom each group still lacks: ``on call 0/1 · @approver 1/1``."""
    shown = [
        text(lang, "approval.group", role=roles_said(one.roles, lang, oncall=one.oncall), have=one.have, need=one.need)
        for one in groups
    ]
    return [text(lang, "approval.groups", groups=Trusted(" · ".join(shown)))] if shown else []


def _ignored(votes: tuple[Vote, ...], lang: Language) -> list[Trusted]:
    uncounted = [vote for vote in votes if vote.counts is not None]
    shown = [_uncounted(vote, lang) for vote in uncounted[:IGNORED]]
    left = len(uncounted) - len(shown)
    return [*shown, *([text(lang, "approval.ignored.more", n=left)] if left > 0 else [])]


def _uncounted(vote: Vote, lang: Language) -> Trusted:
    sign = "✅" if vote.choice is Choice.APPROVE else "❌"
    reason = first(lang, (f"uncounted.{vote.counts}", "uncounted"))
    return text(lang, "approval.ignored", who=f"{sign} {vote.name}", reason=reason)
