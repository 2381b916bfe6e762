"""Attempts: the intent before each effect, the ref behind it, its steps, its end (SAFETY, rule 1; INV2)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from bot.errors import Lost
from bot.ledger import audit, codec, meta
from bot.ledger.deploy_rows import change, redraw
from bot.model import Attempt, AttemptRow, Deploy, Phase, Ref, Step

SLIPWAY = "slipway"


def name(db: Database, number: int) -> tuple[str, int]:
    """(id, n) of a deploy's next attempt: ``<epoch>-<deploy>-<n>``."""
    n = int(db.execute("SELECT coalesce(max(n), 0) + 1 FROM attempts WHERE deploy = ?", [number]).fetchone()[0])
    return f"{meta.epoch(db)}-{number}-{n}", n


def intend(
    db: Database,
    number: int,
    *,
    phase: Phase,
    revision: int,
    attempt: Attempt,
    now: float,
    actor: str = SLIPWAY,
    ends: str | None = None,
) -> Deploy:
    """The intent, committed before the effect; the phase becomes STARTING. ``ends``: outcome of the attempt before.

    Raises Lost; ``attempt_open`` when the attempt before has no end yet: never two effects in flight (INV1).
    """
    if ends is not None:
        end_open(db, number, ends, now)
    if _open(db, number) is not None:
        raise Lost("attempt_open", deploy=number, attempt=_open(db, number))
    if (attempt.id, attempt.n) != name(db, number):
        raise ValueError(f"{attempt.id} is not the next attempt of deploy {number}")
    columns = {"phase": Phase.STARTING, "started_at": _started(db, number) or float(now)}
    _insert(db, number, attempt)
    facts = {"attempt": attempt.id, "direction": attempt.direction, "to": attempt.to.id, "effect": attempt.effect}
    return change(db, number, (phase, revision), columns, now=now, actor=actor, action="intended", facts=facts)


def adopt(db: Database, attempt_id: str, ref: Ref, *, number: int, phase: Phase, revision: int, now: float) -> Deploy:
    """The effect was begun, or found: how to look at it is kept, the phase becomes RUNNING. Raises Lost."""
    done = db.execute(
        "UPDATE attempts SET ref = ? WHERE id = ? AND deploy = ? AND outcome IS NULL",
        [codec.to_json(ref), attempt_id, number],
    )
    if done.rowcount == 0:
        raise Lost("attempt_over", deploy=number, attempt=attempt_id)
    facts = {"attempt": attempt_id, "ref": ref.data}
    columns = {"phase": Phase.RUNNING}
    return change(db, number, (phase, revision), columns, now=now, actor=SLIPWAY, action="adopted", facts=facts)


def steps(db: Database, attempt_id: str, steps: Sequence[Step], now: float) -> bool:
    """Keeps the steps when they changed. No revision and no audit row: a step is only for the card."""
    text = codec.to_json(list(steps))
    done = db.execute("UPDATE attempts SET steps = ? WHERE id = ? AND steps <> ?", [text, attempt_id, text])
    if done.rowcount:
        redraw(db, _deploy(db, attempt_id))
    return done.rowcount > 0


def end(db: Database, attempt_id: str, outcome: str, now: float) -> bool:
    """done, failed, stopped, never_started …; an attempt ends once. False: it had ended before."""
    done = db.execute(
        "UPDATE attempts SET outcome = ?, ended_at = ? WHERE id = ? AND outcome IS NULL",
        [outcome, float(now), attempt_id],
    )
    if done.rowcount:
        number = _deploy(db, attempt_id)
        facts = {"attempt": attempt_id, "outcome": outcome}
        audit.append(db, actor=SLIPWAY, action="attempt_ended", now=now, deploy=number, facts=facts)
        redraw(db, number)
    return done.rowcount > 0


def end_open(db: Database, number: int, outcome: str, now: float) -> None:
    """The attempt that is still open, if there is one."""
    found = _open(db, number)
    if found is not None:
        end(db, found, outcome, now)


def of(db: Database, number: int) -> list[AttemptRow]:
    """In the order in which they were intended."""
    return [
        AttemptRow(
            attempt=codec.from_json(Attempt, row["attempt"]),
            ref=codec.from_json_or_none(Ref, row["ref"]),
            outcome=row["outcome"],
            ended_at=row["ended_at"],
            steps=codec.from_json(tuple[Step, ...], row["steps"]),
        )
        for row in db.table("attempts").rows_where("deploy = ?", [number], order_by="n")
    ]


def _insert(db: Database, number: int, attempt: Attempt) -> None:
    row = {
        "id": attempt.id,
        "deploy": number,
        "n": attempt.n,
        "direction": attempt.direction,
        "attempt": attempt,
        "intent_at": float(attempt.intent_at),
    }
    codec.insert(db, "attempts", row)


def _open(db: Database, number: int) -> str | None:
    row = db.execute("SELECT id FROM attempts WHERE deploy = ? AND outcome IS NULL", [number]).fetchone()
    return None if row is None else str(row[0])


def _started(db: Database, number: int) -> float | None:
    row = db.execute("SELECT started_at FROM deploys WHERE number = ?", [number]).fetchone()
    return None if row is None else row[0]


def _deploy(db: Database, attempt_id: str) -> int:
    return int(db.execute("SELECT deploy FROM attempts WHERE id = ?", [attempt_id]).fetchone()[0])
