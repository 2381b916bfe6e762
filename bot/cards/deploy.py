"""The one public card of a deploy: a pure function of its state."""

from __future__ import annotations

from dataclasses import replace

from bot.cards.approval import awaiting, hold
from bot.cards.emergency import marked
from bot.cards.failed import failed, unknown
from bot.cards.limits import fit
from bot.cards.marker import marker
from bot.cards.progress import accepted, continued, running, starting
from bot.cards.settled import NEVER_BEGAN, never_began, succeeded
from bot.cards.watched import watching
from bot.model import Card, DeployState, Language, Mentions, Phase, Verdict


def deploy_card(state: DeployState, lang: Language, now: float, mentions: Mentions = Mentions()) -> Card:  # noqa: B008 (frozen)
    """``mentions``: who is pinged when this is sent as a new message (approval wanted); edits never ping."""
    card = continued(state, lang) if state.continued else _drawn(state, lang, now, mentions)
    return fit(replace(marked(card, state, lang), footer=marker(state.deploy, "card")))


def _drawn(state: DeployState, lang: Language, now: float, mentions: Mentions) -> Card:
    match state.deploy.phase:
        case Phase.PLANNED | Phase.CONFIRMED:
            return accepted(state, lang, now)
        case Phase.AWAITING:
            return awaiting(state, lang, now, mentions)
        case Phase.HOLD:
            return hold(state, lang, now, mentions)
        case Phase.STARTING:
            return starting(state, lang, now)
        case Phase.RUNNING | Phase.VERIFYING:
            return running(state, lang, now)
        case Phase.WATCHING:
            return watching(state, lang, now)
        case Phase.UNKNOWN:
            return unknown(state, lang, now)
        case Phase.SETTLED:
            return _settled(state, lang, now)


def _settled(state: DeployState, lang: Language, now: float) -> Card:
    if state.deploy.verdict is Verdict.SUCCEEDED:
        return succeeded(state, lang, now)
    if state.deploy.verdict in NEVER_BEGAN:
        return never_began(state, lang, now)
    return failed(state, lang, now)
