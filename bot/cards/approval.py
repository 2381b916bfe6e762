"""The public card while a second person is asked, and the short hold after the last vote."""

from __future__ import annotations

import math

from bot.cards.buttons import buttons
from bot.cards.common import by_kind, downtime, facts, pinged, roles_said
from bot.cards.plan import plan_lines
from bot.cards.progress import SIGNS, people_line, waiting_lines
from bot.cards.promotions import member_lines
from bot.model import Card, Choice, Colour, DeployState, Language, Mentions, Seats, Vote, VoteSource
from bot.wording import Trusted, code, first, text

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
    whole = bool(state.together) and not state.deploy.follows
    known = {**known, "n": len(state.together)}
    return Card(
        content=text(lang, "approval.content.set" if whole else "approval.content", **known),
        title=text(lang, "approval.title.set", **known)
        if whole
        else by_kind(lang, "approval.title", deploy.kind, **known),
        colour=Colour.APPROVAL,
        lines=(*_asked(state, lang), *lines, people_line(state, lang)),
        buttons=buttons(lang, deploy.ulid, "approve", "reject", "diff"),
        mentions=mentions,
        reactions=REACTIONS,
    )


def _asked(state: DeployState, lang: Language) -> list[str]:
    """What the yes is for: the plan, or that of every part of the set."""
    if not state.together or state.deploy.follows:
        return plan_lines(state.deploy.plan, lang, state.impact)
    return [line for deploy in state.together for line in member_lines(deploy, lang)]


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
            *_asked(state, lang),
            people_line(state, lang),
        ),
        buttons=buttons(lang, deploy.ulid, "approve", "reject", "cancel", "diff"),
        mentions=mentions,
        reactions=REACTIONS,
    )


def vote_lines(state: DeployState, lang: Language) -> list[str]:
    """Seats, and whose vote was not counted and why."""
    deploy = state.deploy
    digest = code(state.set.digest[:4]) if state.set and not state.deploy.follows else facts(deploy)["digest"]
    known = {"have": state.have, "need": state.need, "when": deploy.expires_at, "digest": digest}
    votes = (*state.votes, *_refused(state))
    return [text(lang, "approval.count", **known), *_groups(state.groups, lang), *_ignored(votes, lang)]


def _groups(groups: tuple[Seats, ...], lang: Language) -> list[Trusted]:
    """Whom each group still lacks: ``on call 0/1 · @approver 1/1``."""
    shown = [
        text(lang, "approval.group", role=roles_said(one.roles, lang, oncall=one.oncall), have=one.have, need=one.need)
        for one in groups
    ]
    return [text(lang, "approval.groups", groups=Trusted(" · ".join(shown)))] if shown else []


def _refused(state: DeployState) -> list[Vote]:
    """Presses that were refused at once, and reactions on other messages about it."""
    told = state.deploy.facts.get("uncounted", [])
    kinds = [(Choice(one["choice"]), VoteSource(one["source"])) for one in told]
    return [
        Vote("", one["user"], one["name"], choice, source, 0.0, one["uncounted"])
        for one, (choice, source) in zip(told, kinds, strict=True)
    ]


def _ignored(votes: tuple[Vote, ...], lang: Language) -> list[Trusted]:
    uncounted = [vote for vote in votes if vote.counts is not None]
    shown = [_uncounted(vote, lang) for vote in uncounted[:IGNORED]]
    left = len(uncounted) - len(shown)
    return [*shown, *([text(lang, "approval.ignored.more", n=left)] if left > 0 else [])]


def _uncounted(vote: Vote, lang: Language) -> Trusted:
    reason = first(lang, (f"uncounted.{vote.counts}", "uncounted"))
    return text(lang, "approval.ignored", who=f"{SIGNS[vote.choice]} {vote.name}", reason=reason)
