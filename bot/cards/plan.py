"""The private plan, and the lines of it that the approval card shows again."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import emergency
from bot.cards.buttons import button, buttons
from bot.cards.common import by_kind, facts, impact, said
from bot.cards.gates import gate_lines, shut
from bot.cards.limits import fit
from bot.cards.release import model_alone, model_of, ordered_lines, release_lines, shown
from bot.model import (
    Button,
    Card,
    Colour,
    Commit,
    Commits,
    Deploy,
    GateAnswer,
    Kind,
    Language,
    Origin,
    Plan,
    Says,
    Style,
)
from bot.wording import Trusted, code, text

Impact = Mapping[str, Mapping[str, str]]
COMMITS = 3


def plan_card(
    deploy: Deploy,
    plan: Plan,
    lang: Language,
    now: float,
    title: str,
    can_unlock: bool = False,
    impact_texts: Impact | None = None,
) -> Card:
    """``can_unlock``: the plan's lock is one after a rollback that this confirm may release."""
    known = facts(deploy, title)
    same = plan.same and plan.kind is Kind.DEPLOY
    content = text(lang, "plan.content.same", **known) if same else by_kind(lang, "plan.content", plan.kind, **known)
    title = by_kind(lang, "plan.title", plan.kind, **known)
    end = text(lang, "plan.expires", when=plan.expires_at, digest=known["digest"])
    holds = [*_lock(plan, lang, can_unlock), *_freeze(plan, lang), *_gates(plan, lang)]
    lines = [*emergency.plan_lines(plan, lang), *plan_lines(plan, lang, impact_texts or {}), *holds, end]
    return fit(
        Card(
            content=emergency.mark(lang, content) if plan.emergency else content,
            title=emergency.mark(lang, title) if plan.emergency else title,
            colour=Colour.APPROVAL,
            lines=tuple([text(lang, "plan.same", **known), *lines] if same else lines),
            buttons=_buttons(deploy, plan, lang, same=same, can_unlock=can_unlock),
        )
    )


def _buttons(deploy: Deploy, plan: Plan, lang: Language, *, same: bool, can_unlock: bool) -> tuple[Button, ...]:
    ref = deploy.ulid
    if same:
        return buttons(lang, ref, "restart", "redeploy", "close")
    if _closed(plan):
        return buttons(lang, ref, "replan", "close")
    if can_unlock and plan.lock:
        key = "button.unlock_deploy.promote" if plan.kind is Kind.PROMOTE else ""
        return (button("unlock_deploy", lang, ref, key=key), *buttons(lang, ref, "close"))
    key = "button.confirm" if plan.kind is Kind.DEPLOY else f"button.confirm.{plan.kind}"
    if plan.emergency:
        key, danger = "button.confirm.emergency", Style.DANGER
        return (button("confirm", lang, ref, key=key, style=danger, env=plan.target.env), *buttons(lang, ref, "close"))
    return (button("confirm", lang, ref, key=key, env=plan.target.env), *buttons(lang, ref, "close"))


def plan_lines(plan: Plan, lang: Language, impact_texts: Impact) -> list[str]:
    """What Slipway computed stands before what people outside wrote; drift stands before everything."""
    new = [*_new(plan, lang), *ordered_lines(plan, lang)]
    lines = [*_drift(plan, lang), _current(plan, lang), *new, *_commits(plan, lang)]
    lines += [_expected(plan, lang), _impact(plan, lang, impact_texts), _rollback(plan, lang)]
    if plan.proof:
        lines.append(text(lang, "plan.proof", proof=plan.proof))
    lines += [*gate_lines(_to_show(plan), lang), *_watch(plan, lang)]
    for finding in plan.findings:
        if not finding.stops:
            lines.append(text(lang, "plan.warning", finding=said(lang, plan.adapter, finding.code, finding.facts)))
    if nobody_can_approve(plan):
        lines.append(text(lang, "plan.authors.unknown"))
    if plan.reason:
        lines.append(text(lang, "plan.reason", reason=plan.reason))
    return lines


def _to_show(plan: Plan) -> list[GateAnswer]:
    """A promotion says by itself since when its version is verified before."""
    said = plan.origin is not None
    return [one for one in plan.answers if not (said and one.gate == "verified_in" and one.says is Says.YES)]


def _gates(plan: Plan, lang: Language) -> list[str]:
    """Why there is no Confirm."""
    return [text(lang, "plan.gates.shut")] if _closed(plan) and not plan.same else []


def _closed(plan: Plan) -> bool:
    return shut(plan.answers) and not plan.emergency


def _watch(plan: Plan, lang: Language) -> list[str]:
    after = plan.watch_after
    if after is None or plan.same:
        return []
    metric = after.metric
    return [text(lang, "plan.watch", duration=after.for_, bound=code(metric.bound), samples=metric.samples)]


def nobody_can_approve(plan: Plan) -> bool:
    """No author may, and nobody can tell who the authors are."""
    approve = plan.policy.get("approve") or {}
    asks = plan.kind is not Kind.ROLLBACK and not plan.emergency and approve.get("authors", True) is False
    return asks and plan.authors is None


def _drift(plan: Plan, lang: Language) -> list[str]:
    if plan.recorded is None or plan.before is None or plan.recorded.id == plan.before.id:
        return []
    return [text(lang, "plan.drift", recorded=plan.recorded, running=plan.before)]


def _current(plan: Plan, lang: Language) -> str:
    if plan.before is None and plan.left is not None:
        return text(lang, "plan.current.down", **{"from": plan.left})
    if plan.before is None:
        return text(lang, "plan.current.none")
    known = plan.current
    if known is None or known.who is None:
        return text(lang, "plan.current.observed", **{"from": plan.before})
    return text(lang, "plan.current", when=known.at, who=known.who, **{"from": plan.before})


def _new(plan: Plan, lang: Language) -> list[str]:
    if plan.to is None or plan.kind is Kind.RESTART or plan.same:
        return []
    if plan.kind is Kind.ROLLBACK:
        return [text(lang, "plan.new.rollback", to=plan.to)]
    if plan.origin is not None:
        return [text(lang, "plan.new.plain", to=plan.to), *promotion_lines(plan, plan.origin, lang)]
    wanted = plan.wanted or plan.to.ref
    named = wanted and wanted not in (plan.to.id, plan.to.label)
    return [text(lang, "plan.new" if named else "plan.new.plain", to=plan.to, wanted=wanted)]


def promotion_lines(plan: Plan, origin: Origin, lang: Language) -> list[str]:
    """From where to where, since when it is verified there, and by which health check."""
    health, known = origin.health, {"before": origin.env, "when": origin.known.at, "id": origin.known.deploy}
    if health is None:
        verified = text(lang, "plan.verified.later", **known)
    else:
        verified = text(lang, "plan.verified", status=health.status, n=health.tries, ms=round(health.ms or 0), **known)
    return [text(lang, "plan.promotion", before=origin.env, env=plan.target.env), verified]


def _commits(plan: Plan, lang: Language) -> list[str]:
    commits = plan.commits
    lines = release_lines(plan, lang)
    if commits is None:
        return lines
    shown = [_commit(commit, lang) for commit in commits.items[:COMMITS]]
    left = commits.total - len(shown)
    more = [text(lang, "plan.commits.more", n=left)] if shown and left > 0 else []
    return [*lines, *_touched(commits, lang), *shown, *more, *_pulls(commits, lang)]


def _touched(commits: Commits, lang: Language) -> list[str]:
    """Files by part of the service; more than GitHub counts is said."""
    if commits.touched is None:
        return []
    parts = {part: commits.touched.get(part, 0) for part in ("code", "model", "infrastructure")}
    return [text(lang, "plan.touched.more" if commits.cut else "plan.touched", **parts)]


def _pulls(commits: Commits, lang: Language) -> list[str]:
    shown = [
        text(lang, "plan.pull", n=pull.number, title=code(pull.title, 72), author=pull.author)
        for pull in commits.pulls[:COMMITS]
    ]
    left = len(commits.pulls) - len(shown)
    return [*shown, *([text(lang, "plan.pulls.more", n=left)] if left > 0 else [])]


def _commit(commit: Commit, lang: Language) -> str:
    return text(
        lang, "plan.commit", sha=code(commit.sha[:7], 7), subject=code(commit.subject, 72), author=commit.author
    )


def _expected(plan: Plan, lang: Language) -> str:
    if plan.expected is None:
        return text(lang, "plan.expected.none")
    return text(lang, "plan.expected", duration=plan.expected, n=plan.samples)


def _impact(plan: Plan, lang: Language, impact_texts: Impact) -> Trusted:
    if plan.downtime is None:
        return text(lang, "plan.impact.unknown")
    if plan.downtime <= 0:
        return text(lang, "plan.impact.none")
    own = impact(lang, impact_texts, "down", plan.downtime)
    return own or text(lang, "plan.impact", duration=plan.downtime)


def _rollback(plan: Plan, lang: Language) -> str:
    if plan.kind is Kind.ROLLBACK and plan.back is None:
        return text(lang, "plan.rollback.none_further")
    model = model_of(plan.ran) if model_alone(plan) else None
    if plan.back and model and plan.back.id == plan.to_id:
        return text(lang, "plan.rollback.model", version=plan.back, model=shown(model))
    return text(lang, "plan.rollback.yes", version=plan.back) if plan.back else text(lang, "plan.rollback.no")


def _freeze(plan: Plan, lang: Language) -> list[str]:
    """A plan under a freeze is one that passes it: a rollback, or a break-glass order."""
    return [text(lang, "plan.freeze", reason=plan.freeze.reason, until=plan.freeze.until)] if plan.freeze else []


def _lock(plan: Plan, lang: Language, can_unlock: bool) -> list[str]:
    lock = plan.lock
    if lock is None:
        return [text(lang, "plan.lock.none")]
    line = text(lang, "plan.lock", who=lock.owner_name, reason=lock.reason, until=lock.until)
    if can_unlock:
        return [line, text(lang, "plan.lock.opens")]
    return [line, text(lang, "plan.lock.stays")] if plan.kind is Kind.ROLLBACK and not lock.after_rollback else [line]
