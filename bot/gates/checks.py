"""The gate ``checks``: named CI checks were successful at this very version; unknown is no."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.errors import AdapterError
from bot.gates.question import Question, no, not_yet, yes
from bot.model import Check, GateAnswer
from bot.ports import Checks

SUCCESS = "success"
SHOWN = 5


async def checks(question: Question) -> GateAnswer:
    site, names = question.site, question.gates.checks
    asked = next((one for one in site.historians if isinstance(one, Checks)), None)
    if asked is None:
        return no("checks", "no_source", names=names)
    site.at("gates.checks.before")
    try:
        found = await asked.checks(question.to)
    except AdapterError as error:
        said = not_yet if error.retry else no
        return said("checks", "unreadable", reason=error.code)
    site.at("gates.checks.answered")
    return judge(names, found)


def judge(names: Sequence[str], found: Iterable[Check]) -> GateAnswer:
    """Every name must be known, and the newest run of it by every app must have been a success."""
    newest = newest_of(found)
    runs = {name: [check for check in newest if check.name == name] for name in names}
    missing = [name for name, those in runs.items() if not those]
    ended = [check for those in runs.values() for check in those if check.conclusion is not None]
    bad = [f"{check.name}: {check.conclusion}" for check in ended if check.conclusion != SUCCESS]
    running = [check.name for those in runs.values() for check in those if check.conclusion is None]
    if bad:
        return no("checks", "failed", names=bad[:SHOWN])
    if missing:
        return no("checks", "missing", names=missing[:SHOWN])
    if running:
        return not_yet("checks", "running", names=running[:SHOWN])
    return yes("checks", "passed", names=list(names))


def newest_of(found: Iterable[Check]) -> list[Check]:
    """Per app and name. Of two that ended at the same moment the worse one counts."""
    newest: dict[tuple[str, str], Check] = {}
    for check in found:
        key = (check.app, check.name)
        if key not in newest or _rank(check) > _rank(newest[key]):
            newest[key] = check
    return [newest[key] for key in sorted(newest)]


def _rank(check: Check) -> tuple[float, int, str]:
    worse = 0 if check.conclusion == SUCCESS else 1 if check.conclusion is None else 2
    return (check.at, worse, check.conclusion or "")
