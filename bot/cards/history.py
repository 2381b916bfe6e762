"""A line a deploy, and what else changed a target."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import link
from bot.cards.limits import DESCRIPTION, fit, units
from bot.cards.record import record_mark
from bot.cards.release import shown
from bot.cards.watched import KEPT
from bot.model import Card, Commits, HistoryRow, Language, Plan, Target
from bot.wording import Trusted, code, first, inert, text

COMMITS = 25


def history_card(rows: Sequence[HistoryRow], lang: Language, now: float) -> Card:
    if not rows:
        return fit(Card(content=text(lang, "history.none")))
    lines = [_marked(_line(row, lang), row, lang) for row in rows]
    linked = [_linked(line, row, lang) for line, row in zip(lines, rows, strict=True)]
    return fit(
        Card(
            content=text(lang, "history.content", n=len(rows)),
            title=text(lang, "history.title"),
            lines=tuple(linked if units("\n".join(linked)) <= DESCRIPTION else lines),
        )
    )


def _marked(line: Trusted, row: HistoryRow, lang: Language) -> Trusted:
    """GitHub's own pages do not agree with this line."""
    mark = record_mark(row.record, lang)
    return Trusted(f"{line} · {mark}") if mark else line


def _linked(line: Trusted, row: HistoryRow, lang: Language) -> Trusted:
    """Links are left out where they would push lines into the file."""
    return Trusted(f"{line} · {link.linked(row.link, lang)}") if row.link else line


def _line(row: HistoryRow, lang: Language) -> Trusted:
    if row.event is not None or row.number is None:
        event = first(lang, (f"why.{row.event}", "why.other"), **{"action": row.event, **row.facts})
        return text(lang, "history.event", when=row.at, target=_covered(row.target, lang), event=event)
    known = {
        "id": row.number,
        "result": text(lang, _result(row)),
        "target": row.target,
        "kind": text(lang, "emergency.mark") if row.emergency else row.kind,
        "to": text(lang, "history.to.model", to=row.to, model=shown(row.model)) if row.model else row.to,
        "who": row.who,
        "when": row.at,
        "took": row.seconds,
        "from": row.before,
    }
    return text(lang, "history.line" if row.seconds is None else "history.line.took", **known)


def _result(row: HistoryRow) -> str:
    if row.code == KEPT:
        return "history.kept"
    return f"verdict.{row.verdict}" if row.verdict else f"phase.{row.phase}"


def _covered(target: Target, lang: Language) -> Trusted:
    """A hold on every service or environment says so."""
    parts = (text(lang, "word.all") if part == "*" else inert(part) for part in (target.service, target.env))
    return Trusted(" · ".join(parts))


def diff_card(plan: Plan, lang: Language) -> Card:
    """The commits between the version before and the new one, newest first."""
    known = {"target": plan.target, "from": plan.before, "to": plan.to}
    return fit(
        Card(
            content=text(lang, "diff.content", **known),
            title=text(lang, "diff.title"),
            lines=tuple(_commits(plan.commits, lang) if plan.commits else [text(lang, "diff.none", **known)]),
        )
    )


def _commits(commits: Commits, lang: Language) -> list[str]:
    if not commits.total:
        return [text(lang, "diff.empty")]
    key = "plan.changes.commits" if commits.forward else "plan.changes.back"
    shown = [
        text(lang, "plan.commit", sha=code(one.sha[:7], 7), subject=code(one.subject, 100), author=one.author)
        for one in commits.items[:COMMITS]
    ]
    left = commits.total - len(shown)
    return [text(lang, key, n=commits.total), *shown, *([text(lang, "plan.commits.more", n=left)] if left > 0 else [])]
