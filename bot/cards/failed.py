"""Red, with a title that is true, and at most eight lines (PRODUCT: the failure table); and the phase ``unknown``."""

from __future__ import annotations

from bot.cards.buttons import button, buttons, roll_back
from bot.cards.common import by_kind, current_step, facts, said
from bot.cards.link import link_lines, links
from bot.cards.progress import people_line, steps_of
from bot.cards.release import model_lines
from bot.cards.settled import after, because, lock_line, took
from bot.model import Button, Card, Colour, Deploy, DeployState, Health, Language, Outcome, Style, Verdict
from bot.wording import Trusted, code, first, has, text
from bot.wording.cause import cause

LINES = 8
LOG_LINE = 300
STEP_OF = {"health_failed": "health", "no_evidence": "verify", "wrong_version": "verify", "instance_changed": "verify"}
BUTTONS = {
    Outcome.UNTOUCHED: ("retry", "logs"),
    Outcome.BROKEN: ("rollback", "recheck", "logs"),
    Outcome.AUTO: ("diff", "logs"),
    Outcome.ROLLBACK: ("logs", "settle"),
    Outcome.FIRST: ("recheck", "logs"),
    Outcome.METRIC: ("rollback", "logs"),
    Outcome.UNKNOWN: ("look", "rollback", "settle"),
}


def outcome_of(deploy: Deploy) -> Outcome:
    if deploy.verdict is Verdict.ROLLED_BACK:
        return Outcome.AUTO
    return deploy.outcome or Outcome.UNKNOWN


def failed(state: DeployState, lang: Language, now: float) -> Card:
    deploy, known = state.deploy, facts(state.deploy, state.title)
    outcome = outcome_of(deploy)
    auto = outcome is Outcome.AUTO
    content = text(lang, "fail.content.auto", **known) if auto else by_kind(lang, "fail.content", deploy.kind, **known)
    return Card(
        content=content,
        title=_title(deploy, outcome, lang, state.title),
        colour=Colour.ROLLED_BACK if auto else Colour.RED,
        lines=tuple(_lines(state, lang, outcome)),
        buttons=_buttons(state, lang, outcome),
    )


def _title(deploy: Deploy, outcome: Outcome, lang: Language, title: str) -> Trusted:
    known = facts(deploy, title)
    if outcome is Outcome.AUTO and deploy.code == "stopped":
        return text(lang, "stopped.auto.title", **known)
    if outcome is Outcome.UNKNOWN:
        settled = deploy.code == "settled_by_person"
        return text(lang, "unknown.settle.title" if settled else "unknown.title", **known)
    return by_kind(lang, f"fail.{outcome}.title", deploy.kind, **known)


def _lines(state: DeployState, lang: Language, outcome: Outcome) -> list[str]:
    """What is needed to act comes first; the rest only where there is room."""
    deploy = state.deploy
    needed = [*_step_line(state, lang), *_telling(deploy, lang), *_what(deploy, lang), *_cause(deploy, lang)]
    needed += [text(lang, "fail.now", now=state_now(deploy, outcome, lang)), *after(state, lang)]
    known = facts(deploy)
    versions = [text(lang, "running.versions", **known)] if deploy.plan.before else []
    versions += model_lines(deploy.plan, lang, back=outcome is Outcome.AUTO)
    log = [text(lang, "fail.log")] if deploy.failure and deploy.failure.log else []
    rest = [*lock_line(deploy, lang), *log, *versions, took(deploy, lang), people_line(state, lang)]
    return [*needed, *rest][:LINES]


def failing_step(state: DeployState) -> str:
    """The code of the step that failed."""
    deploy = state.deploy
    if deploy.failure and deploy.failure.step:
        return deploy.failure.step
    return STEP_OF.get(deploy.code or "") or current_step(steps_of(state)) or "start"


def _step_line(state: DeployState, lang: Language) -> list[str]:
    if state.deploy.code == "settled_by_person":
        return []
    step, found = text(lang, "fail.step", step=failing_step(state)), links(state, lang)
    return [Trusted(f"{step} · {found}") if found else step]


def _telling(deploy: Deploy, lang: Language) -> list[Trusted]:
    log = deploy.failure.log if deploy.failure else ()
    return [code(log[0], LOG_LINE)] if log else []


def _what(deploy: Deploy, lang: Language) -> list[Trusted]:
    if deploy.code == "settled_by_person":
        who, reason = deploy.ended_by_name, deploy.facts.get("reason")
        return [text(lang, "unknown.settle", target=deploy.target, who=who, reason=reason)]
    if deploy.failure:
        return [said(lang, deploy.plan.adapter, deploy.failure.code, deploy.failure.facts)]
    return because(deploy, lang)


def _cause(deploy: Deploy, lang: Language) -> list[Trusted]:
    found = cause(deploy.failure.log) if deploy.failure else None
    if found is None:
        return []
    name, known = found
    told, remedy = text(lang, f"cause.{name}", **known), text(lang, f"remedy.{name}", **known)
    return [text(lang, "fail.cause", cause=told, remedy=remedy)]


def state_now(deploy: Deploy, outcome: Outcome, lang: Language) -> Trusted:
    """What is true now, in a few words without timestamps: it stands in the ping's content too."""
    known = facts(deploy)
    if outcome is Outcome.UNTOUCHED:
        return text(lang, "now.untouched" if deploy.plan.before else "now.untouched.none", **known)
    if outcome is Outcome.AUTO:
        return text(lang, "now.back", **known)
    if outcome is Outcome.UNKNOWN:
        return text(lang, "now.unknown")
    return _served(deploy, lang)


def _served(deploy: Deploy, lang: Language) -> Trusted:
    proved = deploy.evidence is not None and deploy.evidence.version == deploy.to.id
    runs = "now.runs" if proved or deploy.facts.get("running") == deploy.to.label else "now"
    known = facts(deploy)
    health: Health | None = deploy.health
    if health and health.status is not None:
        return text(lang, f"{runs}.http", status=health.status, **known)
    if health and health.error:
        return text(lang, f"{runs}.error", error=first(lang, (f"health.error.{health.error}", "health.error")), **known)
    return text(lang, "now.down")


def _buttons(state: DeployState, lang: Language, outcome: Outcome) -> tuple[Button, ...]:
    """A newer deploy has buttons of its own; the log can still be read here."""
    if state.newer:
        return buttons(lang, state.deploy.ulid, "logs")
    found: list[Button] = []
    settled = state.deploy.code == "settled_by_person"
    for action in ("rollback", "logs") if settled else BUTTONS[outcome]:
        if action == "rollback":
            found += roll_back(state.deploy, lang, Style.PRIMARY)
        else:
            found.append(button(action, lang, state.deploy.ulid))
    return tuple(found)


def unknown(state: DeployState, lang: Language, now: float) -> Card:
    """Keeps looking. The verdict waits for evidence, or for a person who settles it."""
    deploy, known = state.deploy, facts(state.deploy, state.title)
    lines = [text(lang, "unknown.body", step=failing_step(state)), *_why(deploy, lang), *link_lines(state, lang)]
    return Card(
        content=text(lang, "unknown.content", **known),
        title=text(lang, "unknown.title", **known),
        colour=Colour.GREY,
        lines=(*lines, people_line(state, lang)),
        buttons=_buttons(state, lang, Outcome.UNKNOWN),
    )


def _why(deploy: Deploy, lang: Language) -> list[Trusted]:
    key = f"adapter.{deploy.plan.adapter}.{deploy.code}"
    return [text(lang, key, **deploy.facts)] if has(key) else because(deploy, lang)
