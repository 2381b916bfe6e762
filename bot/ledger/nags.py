"""Before a lock ends its owner is told, once for each end; the same message says afterwards how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from bot.ledger import posts
from bot.ledger.rows import Post

KIND = "lock_ending"
BEFORE = 900.0  # seconds
SHORT = 4  # a lock that is short is nagged about in its last quarter


@dataclass(frozen=True)
class Due:
    """``locks``: numbers of those that end soon. ``over``: messages of locks that hold no longer as they say.

    ``shown``: messages whose end is shown. ``next``: epoch seconds of the next one; None: no lock has an end.
    """

    locks: tuple[int, ...]
    over: tuple[Post, ...]
    shown: tuple[Post, ...]
    next: float | None


def due(db: Database, now: float) -> Due:
    holding = list(db.query("SELECT * FROM locks WHERE ended_at IS NULL AND until > ?", [now]))
    soon = [row for row in holding if _when(row) <= now and posts.of_topic(db, _topic(row)) is None]
    standing = posts.standing(db, KIND)
    over = [post for post in standing if not post.payload["ended"] and _ended(db, post, now)]
    shown = [post for post in standing if post.payload["ended"] and post.message and post.drawn >= post.screen]
    moments = [*(row["until"] for row in holding), *(_when(row) for row in holding if _when(row) > now)]
    return Due(tuple(row["id"] for row in soon), tuple(over), tuple(shown), min(moments, default=None))


def nag(db: Database, lock: int, now: float) -> Post | None:
    """None: it was said, or the lock holds no longer."""
    row = next(db.query("SELECT * FROM locks WHERE id = ? AND ended_at IS NULL AND until > ?", [lock, now]), None)
    if row is None:
        return None
    payload = {name: row[name] for name in ("service", "env", "owner_name", "reason", "until")}
    owner = [row["owner"]] if row["owner"].isascii() and row["owner"].isdecimal() else []
    return posts.add(
        db, KIND, now=now, payload={**payload, "lock": lock, "ended": "", "by": ""}, users=owner, topic=_topic(row)
    )


def settle(db: Database, post: Post, now: float) -> None:
    """The message says how the lock ended, and its buttons go."""
    ended = _ended(db, post, now)
    if ended:
        posts.update(db, post.id, {**post.payload, **ended})


def _when(row: Mapping[str, Any]) -> float:
    return float(row["until"] - min(BEFORE, (row["until"] - row["at"]) / SHORT))


def _topic(row: Mapping[str, Any]) -> str:
    return f"lock:{row['id']}:{row['until']:.0f}"


def _ended(db: Database, post: Post, now: float) -> Mapping[str, str]:
    """Empty while it holds as the message says."""
    row = next(iter(db.query("SELECT * FROM locks WHERE id = ?", [post.payload["lock"]])))
    if row["ended_at"] is not None:
        return {"ended": "unlocked", "by": row["ended_by_name"] or ""}
    if row["until"] is None or row["until"] > post.payload["until"]:
        return {"ended": "extended", "by": ""}
    return {"ended": "expired", "by": ""} if row["until"] <= now else {}
