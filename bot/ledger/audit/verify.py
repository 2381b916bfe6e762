"""Is the story whole? The chain by itself, then every row that the chain speaks of (SAFETY, INV12)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.ledger import meta
from bot.ledger.audit.chain import GENESIS, hashed, signed
from bot.ledger.audit.chain import head as chain_head
from bot.ledger.rows import Problem

Row = Mapping[str, Any]
FORGOTTEN = "swept"  # the last word about a plan that nobody confirmed
BORN = ("founded", "restored")


def verify(db: Database, head: tuple[int, str] | None = None) -> list[Problem]:
    """Every disagreement, none when the ledger is whole.

    ``head``: (count, hash) as once posted. A chain that was rebuilt from the start agrees with itself, but not with it.
    """
    rows = list(db.query("SELECT * FROM audit ORDER BY seq"))
    return [
        *_chain(rows),
        *_count_and_head(db),
        *([] if head is None else _posted(rows, *head)),
        *_epoch(db, rows),
        *_deploys(db, rows),
        *_attempts(db, rows),
    ]


def _chain(rows: Sequence[Row]) -> Iterator[Problem]:
    prev = GENESIS
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            yield Problem("order", row["seq"], detail=f"row {expected} is missing")
            return
        if row["prev"] != prev:
            yield Problem("chain", row["seq"], row["deploy"], "does not follow the row before it")
        if row["hash"] != hashed(row):
            yield Problem("hash", row["seq"], row["deploy"], "content and hash disagree")
        prev = row["hash"]


def _count_and_head(db: Database) -> Iterator[Problem]:
    count, newest = chain_head(db)
    if meta.recall(db, "audit_count") != str(count):
        yield Problem("count", count, detail=f"{meta.recall(db, 'audit_count')} rows were written")
    if meta.recall(db, "audit_head") != newest:
        yield Problem("head", count, detail="the newest row is not the one that was written last")


def _posted(rows: Sequence[Row], count: int, newest: str) -> Iterator[Problem]:
    if len(rows) < count:
        yield Problem("count", len(rows), detail=f"{count} rows were posted")
    elif count and rows[count - 1]["hash"] != newest:
        yield Problem("head", count, detail="is not the row that was posted")


def _epoch(db: Database, rows: Sequence[Row]) -> Iterator[Problem]:
    said = [json.loads(row["facts"])["epoch"] for row in rows if row["action"] in BORN]
    if not said or said[-1] != meta.recall(db, "epoch"):
        yield Problem("epoch", detail="the ledger's epoch is not the one that was recorded")


def _deploys(db: Database, rows: Sequence[Row]) -> Iterator[Problem]:
    last = {row["deploy"]: row for row in rows if row["deploy"] is not None}
    for deploy in db.query("SELECT * FROM deploys ORDER BY number"):
        told = last.pop(deploy["number"], None)
        if told is None or told["state"] is None:
            yield Problem("unrecorded", deploy=deploy["number"], detail="has no audit row")
            continue
        yield from _compare(told, signed(deploy))
    for number, told in last.items():
        if told["action"] != FORGOTTEN:
            yield Problem("vanished", told["seq"], number, "was removed behind the chain")


def _compare(told: Row, now: Row) -> Iterator[Problem]:
    then = json.loads(told["state"])
    differ = [name for name in now if now[name] != then.get(name)]
    if differ:
        yield Problem("state", told["seq"], told["deploy"], f"changed behind the chain: {', '.join(differ)}")


def _attempts(db: Database, rows: Sequence[Row]) -> Iterator[Problem]:
    intended = {json.loads(row["facts"]).get("attempt") for row in rows if row["action"] == "intended"}
    found = {row["id"]: row["deploy"] for row in db.query("SELECT id, deploy FROM attempts")}
    for attempt in found.keys() - intended:
        yield Problem("intent", deploy=found[attempt], detail=f"attempt {attempt} was never recorded as intended")
    for attempt in intended - found.keys():
        yield Problem("intent", detail=f"attempt {attempt} was removed behind the chain")
