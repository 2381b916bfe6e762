"""The strip of chips: what is done already, by the ledger, and what to do next."""

from dataclasses import dataclass
from typing import Literal

from playground.stage import DeployRow, Stage
from playground.stage.orders import SERVICE

Chip = Literal["deploy", "approve", "break", "rollback"]
CHIPS: tuple[Chip, ...] = ("deploy", "approve", "break", "rollback")
ENV = "prod"


@dataclass(frozen=True)
class Guide:
    """`done` are ticked chips; `next` is a code of what to do now, `number` the deploy that it is about."""

    done: list[Chip]
    next: str
    number: int = 0


def guide(stage: Stage, *, cut_off: bool = False) -> Guide:
    """Read from the ledger alone: whatever way somebody went, by chip or by hand, counts.

    `cut_off`: a host was made unreachable on purpose.
    """
    rows = [row for row in stage.ledger.deploys() if row.number > stage.base and row.service == SERVICE]
    step, number = _next(stage, rows)
    return Guide(_done(rows), "cut" if cut_off and step == "watch" else step, number)


def _done(rows: list[DeployRow]) -> list[Chip]:
    ticked: dict[Chip, bool] = {
        "deploy": any(row.kind == "deploy" and row.started_at for row in rows),
        "approve": any(row.kind == "deploy" and row.env == ENV and row.started_at for row in rows),
        "break": any(row.verdict == "failed" for row in rows),
        "rollback": any(row.kind == "rollback" and row.verdict == "succeeded" for row in rows),
    }
    return [chip for chip in CHIPS if ticked[chip]]


def _next(stage: Stage, rows: list[DeployRow]) -> tuple[str, int]:
    if not stage.ready:
        return "wait", 0
    if not stage.bot.pid:
        return "dead", 0
    last = rows[-1] if rows else None
    if last and last.phase != "settled":
        return {"awaiting": "approve", "hold": "hold", "unknown": "unknown"}.get(last.phase, "watch"), last.number
    return _after(last, set(_done(rows))), last.number if last else 0


def _after(last: DeployRow | None, done: set[Chip]) -> str:
    if last is None:
        return "deploy"
    if last.verdict == "failed":
        return "untouched" if last.outcome == "untouched" else "rollback"
    if done == set(CHIPS):
        return "free"
    return next(chip for chip in CHIPS if chip not in done)
