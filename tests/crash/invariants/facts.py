"""What the world and Discord say, and the bare rows beside it: all that an invariant is judged by."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """One rollout that really began on a target. ``over``: when it had ended in the world, None while it had not."""

    target: str
    attempt: str
    to: str
    began: float
    over: float | None


@dataclass(frozen=True)
class Message:
    """One public message of the bot. ``footer`` ends with the marker of its row."""

    id: str
    content: str
    footer: str


@dataclass
class Facts:
    """What is judged. ``serving``: target → the version that runs in the world now."""

    ledger: Path
    effects: Sequence[Effect]
    messages: Sequence[Message]
    serving: Mapping[str, str]
    people: Mapping[str, frozenset[str]]  # user id → names of roles
    ordered: int  # how many orders the people know to be accepted
    approvals: Mapping[str, int] = field(default_factory=dict)  # target → how many must approve a deploy there


class Rows:
    """Rows as dictionaries, what is JSON already read."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.deploys = {row["number"]: dict(row) for row in db.execute("SELECT * FROM deploys")}
        self.confirmed = {n: row for n, row in self.deploys.items() if row["confirmed_at"] is not None}
        self.attempts = {row["id"]: dict(row) for row in db.execute("SELECT * FROM attempts ORDER BY deploy, n")}
        self.cards = [dict(row) for row in db.execute("SELECT * FROM cards ORDER BY id")]
        self.posts = [dict(row) for row in db.execute("SELECT * FROM posts ORDER BY id")]
        self.countersigns = {row["deploy"]: dict(row) for row in db.execute("SELECT * FROM countersigns")}
        self.audit = [dict(row) for row in db.execute("SELECT * FROM audit ORDER BY seq")]
        self.votes = [dict(row) for row in db.execute("SELECT * FROM votes")]
        self.versions = [dict(row) for row in db.execute("SELECT * FROM versions ORDER BY id")]
        self.meta = {row["key"]: row["value"] for row in db.execute("SELECT * FROM meta")}

    def audited(self, number: int, action: str) -> list[Row]:
        return [row for row in self.audit if row["deploy"] == number and row["action"] == action]


def target(deploy: Row) -> str:
    return f"{deploy['service']}/{deploy['env']}"


def by_target(effects: Sequence[Effect]) -> Mapping[str, list[Effect]]:
    found: dict[str, list[Effect]] = defaultdict(list)
    for effect in sorted(effects, key=lambda effect: effect.began):
        found[effect.target].append(effect)
    return found
