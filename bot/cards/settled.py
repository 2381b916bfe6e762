"""The end of a deploy that did what was asked, and of one that never began."""

from __future__ import annotations

from typing import Any

from bot.cards.buttons import buttons, roll_back
from bot.cards.common import answered, by_kind, facts, impact, said
from bot.cards.gates import kept_lines
from bot.cards.link import link_lines
from bot.cards.progress import people_line
from bot.cards.release import model_alone, model_lines
from bot.cards.watched import KEPT, health_line, metric_lines
from bot.model import Button, Card, Colour, Deploy, DeployState, Kind, Language, Verdict
from bot.wording import Trusted, has, text

NEVER_BEGAN = {
    Verdict.CANCELLED: "cancelled",
    Verdict.REJECTED: "rejected",
    Verdict.EXPIRED: "expired",
    Verdict.SUPERSEDED: "superseded",
}


def succeeded(state: DeployState, lang: Language, now: float) -> Card:
    deploy, known = state.deploy, facts(state.deploy, state.title)
    back = deploy.kind is Kind.ROLLBACK
    key = "rollback" if back else "kept" if deploy.code == KEPT else "success"
    known |= {"who": deploy.ended_by_name} if deploy.code == KEPT else {}
    lines = [impact(lang, state.impact, "up") or text(lang, "success.line"), _version(deploy, lang, known)]
    lines += model_lines(deploy.plan, lang)
    lines += [health_line(deploy.health, lang), *_proof(deploy, lang), *metric_lines(deploy, lang)]
    lines += [took(deploy, lang), *lock_line(deploy, lang)]
    return Card(
        content=by_kind(lang, f"{key}.content", deploy.kind, **known),
        title=by_kind(lang, f"{key}.title", deploy.kind, **known),
        colour=Colour.ROLLED_BACK if back else Colour.GREEN,
        lines=(*lines, *link_lines(state, lang), people_line(state, lang), *after(state, lang)),
        buttons=_next(state, lang),
    )


def _next(state: DeployState, lang: Language) -> tuple[Button, ...]:
    """A newer deploy has buttons of its own: going back from here would go over it."""
    deploy = state.deploy
    back = () if state.newer or deploy.kind in (Kind.ROLLBACK, Kind.RESTART) else roll_back(deploy, lang)
    return (*back, *buttons(lang, deploy.ulid, "diff" if deploy.kind is not Kind.RESTART else "logs"))


def _version(deploy: Deploy, lang: Language, known: dict[str, Any]) -> Trusted:
    alone = deploy.plan.before is None or deploy.plan.before.id == deploy.to.id
    if deploy.code == KEPT:
        return text(lang, "running.version" if alone else "running.versions", **known)
    return text(lang, "success.version.first" if alone else "success.version", **known)


def _proof(deploy: Deploy, lang: Language) -> list[Trusted]:
    return [text(lang, "success.proof", proof=deploy.evidence.proof)] if deploy.evidence else []


def took(deploy: Deploy, lang: Language) -> Trusted:
    """From the first intent to the verdict; downtime only where it was measured."""
    seconds = max((deploy.settled_at or 0) - deploy.started_at, 0) if deploy.started_at else None
    if deploy.downtime is None:
        return text(lang, "success.time.unmeasured", duration=seconds)
    none = text(lang, "word.none")
    return text(lang, "success.time", duration=seconds, downtime=_seconds(deploy.downtime, lang) or none)


def _seconds(seconds: float, lang: Language) -> Trusted | None:
    return text(lang, "word.seconds", duration=seconds) if seconds > 0 else None


def lock_line(deploy: Deploy, lang: Language) -> list[Trusted]:
    """The version that is kept out from now on: the one that was left, where the policy wants it."""
    left = deploy.plan.before if deploy.verdict is Verdict.SUCCEEDED else deploy.to
    went_back = deploy.kind is Kind.ROLLBACK and deploy.verdict is Verdict.SUCCEEDED
    went_back = went_back or (deploy.verdict is Verdict.ROLLED_BACK and not deploy.stop_asked)
    locks = bool(deploy.plan.policy.get("lock_after_rollback", True)) and not model_alone(deploy.plan)
    return [text(lang, "rollback.lock", version=left)] if went_back and locks and left else []


def after(state: DeployState, lang: Language) -> list[Trusted]:
    """What became true later; the verdict stays."""
    later = state.deploy.verified_later
    lines = [text(lang, "settled.later", who=later.get("by"), when=later.get("at"))] if later else []
    return [*lines, *([text(lang, "settled.newer", id=state.newer)] if state.newer else [])]


def never_began(state: DeployState, lang: Language, now: float) -> Card:
    """Cancelled, rejected, expired, superseded; also stopped before anything was switched."""
    deploy = state.deploy
    key = named(deploy)
    known = {**facts(deploy, state.title), "who": deploy.ended_by_name or "Slipway"}
    told = [*because(deploy, lang), *_how(deploy, lang)]
    return Card(
        content=text(lang, f"{key}.content", **known),
        title=text(lang, f"{key}.title", **known),
        colour=Colour.GREY,
        lines=(*told, *link_lines(state, lang), people_line(state, lang), *after(state, lang)),
        buttons=() if state.newer else _anew(deploy, lang),
    )


def _anew(deploy: Deploy, lang: Language) -> tuple[Button, ...]:
    """Where the same order can be given again: it was not answered in time, or what was approved is no longer true.

    Whoever rejected it by a reaction had no private answer in which to say why.
    """
    if deploy.verdict is Verdict.REJECTED and deploy.ended_by not in deploy.facts.get("reasons", {}):
        return buttons(lang, deploy.ulid, "reason")
    if deploy.code == "plan_changed":
        return buttons(lang, deploy.ulid, "replan")
    return buttons(lang, deploy.ulid, "retry") if deploy.verdict is Verdict.EXPIRED else ()


def _how(deploy: Deploy, lang: Language) -> list[Trusted]:
    """What the platform tells of whoever took over, or of why it cannot start."""
    found = deploy.failure if deploy.code in ("superseded_outside", "plan_changed") else None
    return [said(lang, deploy.plan.adapter, found.code, found.facts)] if found else []


def named(deploy: Deploy) -> str:
    """The texts' first part: what ended it, said truly."""
    if deploy.code == "superseded_outside":
        return "superseded.outside"
    return "stopped" if deploy.code == "stopped" else NEVER_BEGAN[deploy.verdict or Verdict.CANCELLED]


def because(deploy: Deploy, lang: Language) -> list[Trusted]:
    """The reason code of the verdict as a sentence."""
    key = f"code.{deploy.code}"
    known = {**facts(deploy), "who": deploy.ended_by_name or "Slipway", **deploy.facts}
    gates = kept_lines(deploy, lang) if deploy.code == "gate" else ()
    return [text(lang, key, **known, answer=answered(lang, known)), *gates] if has(key) else []
