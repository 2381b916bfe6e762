"""Reading what happened: one deploy's story, a window of a target's, a refusal's details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.ledger import codec
from bot.ledger.rows import AuditRow, Refused
from bot.model import Target


def of(db: Database, number: int) -> list[AuditRow]:
    """Oldest first."""
    rows = db.query("SELECT * FROM audit WHERE deploy = ? ORDER BY seq", [number])
    return [row_of(row) for row in rows]


def events(
    db: Database,
    *,
    target: Target | None = None,
    since: float | None = None,
    until: float | None = None,
    actions: Sequence[str] | None = None,
    limit: int = 100,
) -> list[AuditRow]:
    """Newest first. What names all services or all environments (a freeze) belongs to each of their targets."""
    wanted: list[tuple[str, list[Any]]] = []
    if target is not None:
        wanted.append(("service IN (?, '*')", [target.service]))
        wanted.append(("env IN (?, '*')", [target.env]))
    if since is not None:
        wanted.append(("at >= ?", [since]))
    if until is not None:
        wanted.append(("at <= ?", [until]))
    if actions is not None:
        wanted.append((f"action IN ({', '.join('?' * len(actions))})", list(actions)))
    where = " AND ".join(clause for clause, _ in wanted) or "1 = 1"
    values = [value for _, some in wanted for value in some]
    rows = db.table("audit").rows_where(where, values, order_by="seq DESC", limit=limit)
    return [row_of(row) for row in rows]


def refusal(db: Database, ref: str) -> Refused | None:
    row = next(db.table("audit").rows_where("ref = ? AND action = 'refused'", [ref]), None)
    if row is None:
        return None
    told = codec.mapping(row["facts"])
    order = {"service": row["service"], "env": row["env"], **told["order"]} if "order" in told else None
    return Refused(row["ref"], row["actor"], told["code"], told["facts"], row["at"], order)


def row_of(row: Mapping[str, Any]) -> AuditRow:
    return AuditRow(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        deploy=row["deploy"],
        ref=row["ref"],
        service=row["service"],
        env=row["env"],
        facts=codec.mapping(row["facts"]),
        state=None if row["state"] is None else codec.mapping(row["state"]),
    )
