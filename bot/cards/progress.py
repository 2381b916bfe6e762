"""Accepted, starting, running, verifying: one line a step, its usual time, and a bar."""

from __future__ import annotations

from bot.cards.buttons import buttons
from bot.cards.common import by_kind, facts, last_attempt, people
from bot.cards.gates import kept_lines
from bot.cards.link import link_lines
from bot.cards.release import model_lines
from bot.model import Card, Choice, Colour, DeployState, Direction, Kind, Language, Phase, Step, StepState
from bot.wording import Trusted, has, show, text

BAR = 10
REASONS = 3
SIGNS = {Choice.APPROVE: "✅", Choice.REJECT: "❌"}
SLOW, GRACE = 1.5, 5.0  # "longer than usual": half as long again and five seconds


def accepted(state: DeployState, lang: Language, now: float) -> Card:
    deploy, known = state.deploy, facts(state.deploy, state.title)
    waiting = waiting_lines(state, lang)
    return Card(
        content=by_kind(lang, "accepted.content", deploy.kind, **known),
        title=by_kind(lang, "accepted.title", deploy.kind, **known),
        colour=Colour.RUNNING,
        lines=(_versions(state, lang), *(waiting or (text(lang, "waiting.gates"),)), people_line(state, lang)),
        buttons=buttons(lang, deploy.ulid, "cancel"),
    )


def starting(state: DeployState, lang: Language, now: float) -> Card:
    """The intent is there, the platform has not answered yet; steps may be there already."""
    if steps_of(state):
        return running(state, lang, now)
    deploy, known = state.deploy, facts(state.deploy, state.title)
    return Card(
        content=by_kind(lang, "starting.content", deploy.kind, **known),
        title=by_kind(lang, "start.title", deploy.kind, **known),
        colour=Colour.RUNNING,
        lines=(_versions(state, lang), *waiting_lines(state, lang), people_line(state, lang)),
        buttons=buttons(lang, deploy.ulid, *(_stop(state) if state.attempts else ("cancel",))),
    )


def running(state: DeployState, lang: Language, now: float) -> Card:
    deploy, steps = state.deploy, steps_of(state)
    known = {**facts(deploy, state.title), "done": _done(steps), "all": len(steps)}
    kind = "restore" if restoring(state) else deploy.kind
    lines = [*step_lines(state, lang), *_slow(state, lang, now)]
    if deploy.phase is Phase.VERIFYING:
        lines.append(text(lang, "running.verifying"))
    if deploy.stop_asked:
        lines.append(text(lang, "running.stopping"))
    if steps:
        lines.append(text(lang, "running.bar", bar=_bar(_done(steps), len(steps)), **known))
    return Card(
        content=text(lang, _named("running.content", kind), **known),
        title=text(lang, _named("start.title", kind), **known),
        colour=Colour.RUNNING,
        lines=(_versions(state, lang), *lines, *link_lines(state, lang), people_line(state, lang)),
        buttons=buttons(lang, deploy.ulid, *_stop(state)),
    )


def continued(state: DeployState, lang: Language) -> Card:
    """The last edit of a card that a newer message takes over."""
    known = facts(state.deploy, state.title)
    return Card(
        content=text(lang, "continued.content", **known),
        title=by_kind(lang, "start.title", state.deploy.kind, **known),
        colour=Colour.GREY,
        lines=(text(lang, "continued.line"),),
    )


def _named(key: str, kind: str) -> str:
    return f"{key}.{kind}" if has(f"{key}.{kind}") else key


def restoring(state: DeployState) -> bool:
    row = last_attempt(state.attempts)
    return row is not None and row.attempt.direction is Direction.RESTORE


def steps_of(state: DeployState) -> tuple[Step, ...]:
    row = last_attempt(state.attempts)
    return row.steps if row else ()


def step_lines(state: DeployState, lang: Language) -> list[str]:
    return [_step(step, n, state, lang) for n, step in enumerate(steps_of(state), 1)]


def _step(step: Step, n: int, state: DeployState, lang: Language) -> Trusted:
    usual = state.usual.get(step.code)
    key = f"progress.{step.state}"
    if step.state is StepState.RUNNING:
        key += "" if usual and step.started_at else ".first" if step.started_at else ".now"
    if step.state is StepState.DONE and step.seconds is None:
        key += ".now"
    named = _named_step(step, lang)
    return text(lang, key, n=n, step=named, when=step.started_at, usual=usual, duration=step.seconds)


def _named_step(step: Step, lang: Language) -> Trusted:
    """Its name and, from outside, what of it is at work."""
    name = show(lang, "step", step.code)
    return text(lang, "step.detail", step=name, detail=step.detail) if step.detail else name


def _slow(state: DeployState, lang: Language, now: float) -> list[str]:
    for step in steps_of(state):
        usual = state.usual.get(step.code)
        if step.state is StepState.RUNNING and usual and step.started_at:
            late = now - step.started_at > usual * SLOW + GRACE
            return [text(lang, "running.slow", usual=usual)] if late else []
    return []


def _done(steps: tuple[Step, ...]) -> int:
    return sum(step.state in (StepState.DONE, StepState.SKIPPED) for step in steps)


def _bar(done: int, whole: int) -> Trusted:
    full = BAR * done // whole if whole else 0
    return Trusted("▰" * full + "▱" * (BAR - full))


def _stop(state: DeployState) -> tuple[str, ...]:
    """Nothing to stop while the old version is being put back, or once stop was asked for."""
    return () if state.deploy.stop_asked or restoring(state) else ("stop",)


def _versions(state: DeployState, lang: Language) -> Trusted:
    known = facts(state.deploy)
    one = state.deploy.plan.before is None or state.deploy.kind in (Kind.RESTART, Kind.REDEPLOY)
    versions = text(lang, "running.version" if one else "running.versions", **known)
    return Trusted("\n".join([versions, *model_lines(state.deploy.plan, lang)]))


def people_line(state: DeployState, lang: Language) -> Trusted:
    """Who asked and who approved, and what they said about it."""
    return Trusted("\n".join([_people(state, lang), *_reasons(state, lang)]))


def _reasons(state: DeployState, lang: Language) -> list[Trusted]:
    said = list(state.deploy.facts.get("reasons", {}).values())
    return [
        text(lang, "approval.reason", who=f"{SIGNS[Choice(one['choice'])]} {one['name']}", reason=one["reason"])
        for one in said[-REASONS:]
    ]


def _people(state: DeployState, lang: Language) -> Trusted:
    who = state.deploy.requester_name
    if state.approvers:
        names = {vote.user: vote.name for vote in state.votes if vote.name}
        return text(lang, "running.people", who=who, approvers=people(state.approvers, names))
    return text(lang, "running.person", who=who)


def waiting_lines(state: DeployState, lang: Language) -> tuple[Trusted, ...]:
    key = f"waiting.{state.deploy.code}"
    gates = kept_lines(state.deploy, lang) if state.deploy.code == "gate" else ()
    return (*((text(lang, key), *gates) if has(key) else ()), *part_line(state, lang))


def part_line(state: DeployState, lang: Language) -> tuple[Trusted, ...]:
    """Which part of a set this is, and whom it waits for."""
    numbers = [deploy.number for deploy in state.together]
    if not numbers:
        return ()
    n = numbers.index(state.deploy.number)
    before = [deploy for deploy in state.together[:n] if deploy.verdict is None]
    known = {"n": n + 1, "all": len(numbers), "first": numbers[0]}
    if state.deploy.phase is Phase.CONFIRMED and before:
        return (text(lang, "set.waits", id=before[-1].number, **known),)
    return (text(lang, "set.part", **known),)
