"""Promotions under one Confirm and one approval: what was offered, what is ticked, and what has become of it.

A set is never changed: another choice is another row, so that a Confirm always means what its card shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, codec
from bot.ledger.deploy_rows import select
from bot.ledger.ulid import ulid
from bot.model import Deploy, Phase, PromotionSet, Verdict


def plan(
    db: Database,
    *,
    env: str,
    requester: str,
    requester_name: str,
    digest: str,
    offered: Sequence[int],
    members: Sequence[int],
    left_out: Sequence[Mapping[str, Any]],
    now: float,
    replaces: int | None = None,
) -> PromotionSet:
    """``replaces``: the set whose choice this is instead of."""
    if replaces is not None:
        end(db, replaces, "replaced", now)
    row = {
        "ulid": ulid(now),
        "env": env,
        "requester": requester,
        "requester_name": requester_name,
        "digest": digest,
        "offered": list(offered),
        "members": list(members),
        "left_out": list(left_out),
        "at": float(now),
    }
    return existing(db, codec.insert(db, "sets", row))


def existing(db: Database, number: int) -> PromotionSet:
    return _row(next(db.table("sets").rows_where("id = ?", [number])))


def by_ulid(db: Database, wanted: str) -> PromotionSet | None:
    found = next(db.table("sets").rows_where("ulid = ?", [wanted]), None)
    return _row(found) if found else None


def end(db: Database, number: int, how: str, now: float) -> None:
    """Closed or replaced before its Confirm. Raises Refusal("already_confirmed")."""
    done = db.execute(
        "UPDATE sets SET ended_at = ?, ended = ? WHERE id = ? AND confirmed_at IS NULL AND ended IS NULL",
        [float(now), how, number],
    )
    if done.rowcount == 0:
        raise Refusal("already_confirmed")


def confirmed(db: Database, found: PromotionSet, now: float) -> None:
    """Part of the verb that takes the claims of all members. Raises Refusal("already_confirmed")."""
    done = db.execute(
        "UPDATE sets SET confirmed_at = ? WHERE id = ? AND confirmed_at IS NULL AND ended IS NULL",
        [float(now), found.id],
    )
    if done.rowcount == 0:
        raise Refusal("already_confirmed")
    facts = {"set": found.ulid, "members": found.members, "digest": found.digest}
    audit.append(db, actor=found.requester, action="set_confirmed", now=now, env=found.env, facts=facts)


def of(db: Database, part_of: int) -> list[Deploy]:
    """The deploys of a confirmed set, in its order."""
    order = existing(db, part_of).members
    return sorted(select(db, "part_of = ?", [part_of]), key=lambda deploy: order.index(deploy.number))


def judge(db: Database, deploy: Deploy) -> None:
    """One that has not begun goes with the first that ended otherwise than well. Raises Refusal("set_stopped")."""
    for other in of(db, deploy.part_of) if deploy.part_of is not None else ():
        ended_badly = other.phase is Phase.SETTLED and other.verdict is not Verdict.SUCCEEDED
        if other.number != deploy.number and (ended_badly or other.stop_asked):
            raise Refusal("set_stopped", by=other.number, other=str(other.target))


def turn(db: Database, deploy: Deploy) -> bool:
    """Whether everything before it in its set has succeeded. True for a deploy of its own."""
    if deploy.part_of is None:
        return True
    found = of(db, deploy.part_of)
    before = found[: [one.number for one in found].index(deploy.number)]
    return all(one.verdict is Verdict.SUCCEEDED for one in before)


def sweep(db: Database, older_than: float) -> None:
    """Forgets sets that nobody confirmed."""
    db.execute("DELETE FROM sets WHERE confirmed_at IS NULL AND at <= ?", [older_than])


def _row(row: Mapping[str, Any]) -> PromotionSet:
    numbers = tuple[int, ...]
    return PromotionSet(
        id=row["id"],
        ulid=row["ulid"],
        env=row["env"],
        requester=row["requester"],
        requester_name=row["requester_name"],
        digest=row["digest"],
        offered=codec.from_json(numbers, row["offered"]),
        members=codec.from_json(numbers, row["members"]),
        left_out=codec.from_json(tuple[dict[str, Any], ...], row["left_out"]),
        at=row["at"],
        confirmed_at=row["confirmed_at"],
        ended=row["ended"],
    )
