"""A deploy's row: read, and changed in one place only (compare, set, count up, record, announce)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.errors import Lost, Refusal
from bot.ledger import audit, codec, outbox, shown
from bot.ledger.rows import NewPing
from bot.model import Deploy, Evidence, Failure, Health, Kind, Outcome, Phase, Plan, Target, Verdict

UNFINISHED = "phase NOT IN ('planned', 'settled')"  # the very words of the claim's index
UNBEGUN = "phase IN ('confirmed', 'awaiting', 'hold', 'starting') AND started_at IS NULL"

When = tuple[Phase | None, int | None]
"""(phase, revision) that the caller saw. None: any."""


def get(db: Database, number: int) -> Deploy | None:
    return next(iter(select(db, "number = ?", [number])), None)


def existing(db: Database, number: int) -> Deploy:
    """Raises Refusal("unknown_deploy")."""
    found = get(db, number)
    if found is None:
        raise Refusal("unknown_deploy", deploy=number)
    return found


def select(
    db: Database, where: str, values: Sequence[Any] = (), order: str = "number", limit: int | None = None
) -> list[Deploy]:
    return [row_of(row) for row in db.table("deploys").rows_where(where, list(values), order_by=order, limit=limit)]


def change(
    db: Database,
    number: int,
    when: When,
    columns: Mapping[str, Any],
    *,
    now: float,
    actor: str,
    action: str,
    facts: Mapping[str, Any],
    pings: Sequence[NewPing] = (),
) -> Deploy:
    """Compare-and-set on (number, phase, revision). Raises Lost when somebody else moved the deploy."""
    values = codec.columns(columns)
    sets = "".join(f"{name} = ?, " for name in values)
    done = db.execute(
        f"UPDATE deploys SET {sets}revision = revision + 1, screen = screen + 1"  # noqa: S608 - our own columns
        " WHERE number = ? AND phase = coalesce(?, phase) AND revision = coalesce(?, revision)",
        [*values.values(), number, when[0], when[1]],
    )
    if done.rowcount == 0:
        found = existing(db, number)
        raise Lost("lost", deploy=number, phase=found.phase.value, revision=found.revision)
    audit.append(db, actor=actor, action=action, now=now, deploy=number, facts=facts)
    for ping in pings:
        shown.ping(db, number, ping, now)
    deploy = existing(db, number)
    outbox.owe(db, deploy, now)
    return deploy


def judge_again(
    db: Database, where: str, values: Sequence[Any], *, now: float, actor: str, action: str, facts: Mapping[str, Any]
) -> bool:
    """Deploys without an intent that this concerns get a new revision: an intent judged before it is Lost.

    False: there is none.
    """
    found = select(db, f"{UNBEGUN} AND {where}", values)
    for deploy in found:
        change(db, deploy.number, (None, None), {}, now=now, actor=actor, action=action, facts=facts)
    return bool(found)


def redraw(db: Database, number: int) -> None:
    """The card shows something new; nothing that a transition compares has changed."""
    db.execute("UPDATE deploys SET screen = screen + 1 WHERE number = ?", [number])


def row_of(row: Mapping[str, Any]) -> Deploy:
    return Deploy(
        number=row["number"],
        ulid=row["ulid"],
        kind=Kind(row["kind"]),
        target=Target(row["service"], row["env"]),
        requester=row["requester"],
        requester_name=row["requester_name"],
        phase=Phase(row["phase"]),
        revision=row["revision"],
        plan=codec.from_json(Plan, row["plan"]),
        created_at=row["created_at"],
        confirmed_at=row["confirmed_at"],
        expires_at=row["expires_at"],
        hold_until=row["hold_until"],
        started_at=row["started_at"],
        settled_at=row["settled_at"],
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        code=row["code"],
        facts=codec.mapping(row["facts"]),
        failure=codec.from_json_or_none(Failure, row["failure"]),
        health=codec.from_json_or_none(Health, row["health"]),
        evidence=codec.from_json_or_none(Evidence, row["evidence"]),
        downtime=row["downtime"],
        ended_by=row["ended_by"],
        ended_by_name=row["ended_by_name"],
        stop_asked=bool(row["stop_asked"]),
        verified_later=None if row["verified_later"] is None else codec.mapping(row["verified_later"]),
        part_of=row["part_of"],
        leads=codec.from_json(tuple[str, ...], row["leads"]),
    )
