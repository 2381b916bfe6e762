"""INV12, INV13: the chain of the audit verifies, every effect stands in it, and the file is sound."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from hashlib import sha256

from bot.ledger import audit, reading
from tests.crash.invariants.facts import Facts, Rows


def chain(it: Rows, facts: Facts) -> Iterator[str]:
    with reading(facts.ledger) as db:
        yield from (f"INV12 {problem}" for problem in audit.verify(db))
    before = "0" * 64
    for row in it.audit:
        content = {name: value for name, value in row.items() if name != "hash"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        if row["prev"] != before or sha256(text.encode()).hexdigest() != row["hash"]:
            yield f"INV12 audit row {row['seq']} does not follow"
        before = row["hash"]
    intended = [json.loads(row["facts"])["attempt"] for row in it.audit if row["action"] == "intended"]
    if sorted(intended) != sorted(it.attempts):
        yield f"INV12 intents {sorted(it.attempts)} are told as {sorted(intended)}"
    for effect in facts.effects:
        if effect.attempt not in intended:
            yield f"INV12 {effect.attempt} began, and no audit row says who wanted it"


def file(db: sqlite3.Connection) -> Iterator[str]:
    for check in ("integrity_check", "foreign_key_check"):
        said = [tuple(row) for row in db.execute(f"PRAGMA {check}")]
        if said not in ([], [("ok",)]):
            yield f"INV13 {check}: {said}"
