"""How long it usually takes, from the target's own last ten successes."""

from __future__ import annotations

from statistics import median

from sqlite_utils import Database

from bot.ledger import attempts
from bot.ledger.rows import Usual
from bot.model import Direction, Kind, StepState, Target

SAMPLES = 10
ALIKE = (Kind.DEPLOY, Kind.PROMOTE)
"""The same work on the target: either says how long the other takes."""


def usual(db: Database, target: Target, kind: Kind) -> Usual:
    """Median seconds from the intent to the verdict (None: no record yet), samples, medians by step code."""
    found = _succeeded(db, target, kind, "settled_at - started_at")
    return Usual(
        seconds=median(found.values()) if found else None,
        samples=len(found),
        steps=_steps(db, list(found)),
    )


def usual_downtime(db: Database, target: Target, kind: Kind) -> float | None:
    """Median of the measured downtimes in seconds; None: none was ever measured."""
    found = _succeeded(db, target, kind, "downtime")
    return median(found.values()) if found else None


def _succeeded(db: Database, target: Target, kind: Kind, measure: str) -> dict[int, float]:
    one, other = ALIKE if kind in ALIKE else (kind, kind)
    rows = db.execute(
        f"SELECT number, {measure} FROM deploys WHERE service = ? AND env = ? AND kind IN (?, ?)"  # noqa: S608 - ours
        f" AND verdict = 'succeeded' AND {measure} IS NOT NULL ORDER BY number DESC LIMIT ?",
        [target.service, target.env, one.value, other.value, SAMPLES],
    ).fetchall()
    return {int(number): float(value) for number, value in rows}


def _steps(db: Database, numbers: list[int]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {}
    for attempt in (row for number in numbers for row in attempts.of(db, number)):
        for step in attempt.steps if attempt.attempt.direction is Direction.FORWARD else ():
            if step.seconds is not None and step.state is StepState.DONE:
                seconds.setdefault(step.code, []).append(step.seconds)
    return {code: median(found) for code, found in seconds.items()}
