"""What runs where now: drift first, what nobody can read marked as not observed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import emergency
from bot.cards.buttons import button, buttons
from bot.cards.common import answered, said
from bot.cards.limits import OPTIONS, fit
from bot.cards.record import record_line
from bot.cards.release import infra_of, model_of, shown
from bot.model import (
    Button,
    Card,
    Colour,
    Health,
    Language,
    Nothing,
    Option,
    Running,
    Select,
    StatusRow,
    Unreadable,
    drift_mark,
)
from bot.wording import Trusted, plain, text

NAMED = 5  # of a queue


def status_card(rows: Sequence[StatusRow], lang: Language, now: float) -> Card:
    """One row: that target with its own actions. Several: a select that leads to each."""
    if not rows:
        return fit(Card(content=text(lang, "status.none")))
    one = rows[0] if len(rows) == 1 else None
    return fit(
        Card(
            content=_content(rows, lang),
            title=text(lang, "status.title"),
            colour=_colour(rows),
            lines=tuple(line for row in rows for line in _lines(row, lang, alone=one is not None)),
            buttons=_actions(one, lang) if one else buttons(lang, "", "share"),
            selects=(Select("target", text(lang, "status.select"), _options(rows, lang)),),
        )
    )


def _content(rows: Sequence[StatusRow], lang: Language) -> Trusted:
    if len(rows) == 1:
        row = rows[0]
        return text(lang, "status.content.one", target=row.target, version=_version(row), health=_health(row, lang))
    drift, bad = sum(row.drift for row in rows), sum(not _well(row) for row in rows)
    return text(lang, "status.content", n=len(rows), drift=drift, bad=bad)


def _well(row: StatusRow) -> bool:
    return isinstance(row.observed, Running) and (row.health is None or row.health.ok)


def _colour(rows: Sequence[StatusRow]) -> Colour:
    """The words and signs say the same."""
    if any(row.health is not None and not row.health.ok for row in rows):
        return Colour.RED
    return Colour.GREEN if all(_well(row) and not row.drift for row in rows) else Colour.GREY


def _lines(row: StatusRow, lang: Language, *, alone: bool) -> list[str]:
    lines: list[str] = [_first(row, lang)]
    if row.drift and row.recorded and isinstance(row.observed, Running):
        lines.append(text(lang, "status.drift", recorded=row.recorded.version, running=row.observed.version))
    elif row.recorded and row.recorded.deploy:
        told = text(lang, "status.deployed", who=row.recorded.who, when=row.recorded.at, id=row.recorded.deploy)
        lines.append(emergency.mark(lang, told) if row.emergency else told)
    return [*lines, *_release(row, lang), *_record(row, lang, alone=alone), *_holds(row, lang)]


def _release(row: StatusRow, lang: Language) -> list[str]:
    """Only where a model is known: most services have none."""
    model = model_of(row.release)
    infra = infra_of(row.release)
    return [text(lang, "status.release", model=shown(model), infra=infra)] if model else []


def _record(row: StatusRow, lang: Language, *, alone: bool) -> list[str]:
    """Among others only where it is in trouble."""
    number, found = row.record or (None, None)
    if found is None or not (alone or found.why):
        return []
    return [text(lang, "status.record", id=number, record=record_line(found, lang))]


def _holds(row: StatusRow, lang: Language) -> list[str]:
    lines: list[str] = []
    if row.busy is not None:
        lines.append(text(lang, "status.busy", id=row.busy, phase=row.busy_phase))
    if row.waiting:
        lines.append(text(lang, "status.queue", n=len(row.waiting), who=", ".join(row.waiting[:NAMED])))
    if row.lock:
        lines.append(text(lang, "status.lock", who=row.lock.owner_name, reason=row.lock.reason, until=row.lock.until))
    if row.countersign:
        key = "status.countersign.overdue" if row.countersign.overdue_at else "status.countersign"
        lines.append(text(lang, key, id=row.countersign.deploy, who=row.countersign.who, until=row.countersign.due))
    if row.freeze:
        lines.append(text(lang, "status.freeze", reason=row.freeze.reason, until=row.freeze.until))
    if row.behind:
        lines.append(text(lang, "status.behind", n=row.behind))
    return lines


def _first(row: StatusRow, lang: Language) -> Trusted:
    seen = row.observed
    if isinstance(seen, Nothing):
        return text(lang, "status.nothing", target=row.target)
    if isinstance(seen, Unreadable):
        recorded = row.recorded.version if row.recorded else None
        why = said(lang, row.adapter, seen.code, seen.facts)
        return text(lang, "status.unreadable", target=row.target, recorded=recorded, why=why)
    key = "status.running.since" if seen.since else "status.running"
    sign = Trusted("⚠️" if row.drift else "✅" if _well(row) else "❌")
    health = _health(row, lang)
    return text(lang, key, sign=sign, target=row.target, version=seen.version, health=health, since=seen.since)


def _version(row: StatusRow) -> str:
    if isinstance(row.observed, Running):
        return row.observed.version.label
    return row.recorded.version.label if row.recorded and isinstance(row.observed, Unreadable) else ""


def _health(row: StatusRow, lang: Language) -> Trusted:
    health: Health | None = row.health
    if isinstance(row.observed, Unreadable):
        return text(lang, "status.health.unread")
    if health is None:
        return text(lang, "status.health.none")
    if health.ok:
        return text(lang, "status.health.ok", status=health.status, ms=round(health.ms or 0))
    return text(lang, "status.health.bad", answer=answered(lang, {"status": health.status, "error": health.error}))


def _options(rows: Sequence[StatusRow], lang: Language) -> tuple[Option, ...]:
    shown = rows[:OPTIONS]
    return tuple(Option(row.target.key, plain(row.target, 100), plain(_version(row), 50)) for row in shown)


def _actions(row: StatusRow, lang: Language) -> tuple[Button, ...]:
    """What leads on from one target. Rolling back opens the private plan."""
    back = (button("rollback", lang, row.ref, key="button.rollback.plain"),) if row.ref else ()
    diff = buttons(lang, row.ref, "diff") if row.ref else ()
    return (*_drifted(row, lang), *back, *buttons(lang, row.target.key, "logs"), *diff, *buttons(lang, "", "share"))


def _drifted(row: StatusRow, lang: Language) -> tuple[Button, ...]:
    """Only under a drift; the ids name the very one that is shown."""
    if not row.drift or row.recorded is None or not isinstance(row.observed, Running):
        return ()
    mark = drift_mark(row.recorded.version, row.observed.version)
    return buttons(lang, f"{row.target.key}/{mark}", "accept", "restore")
