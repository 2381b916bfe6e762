"""Messages that belong to no deploy: a handover, a nag before a lock ends, whose turn it is, the board."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.ledger import codec, meta
from bot.ledger.rows import Post
from bot.ledger.shown import NONCE
from bot.ledger.ulid import word

_UNDRAWN = "closed_at IS NULL AND (message IS NULL OR drawn < screen)"
_WELL: Mapping[str, Any] = {"tries": 0, "retry_at": None, "error": None}


def add(
    db: Database,
    kind: str,
    *,
    now: float,
    place: str = "deploys",
    payload: Mapping[str, Any] | None = None,
    users: Sequence[str] = (),
    roles: Sequence[str] = (),
    topic: str | None = None,
) -> Post | None:
    """A message that must appear once. None: ``topic`` was said before. ``users``, ``roles``: ids that it pings."""
    if topic is not None and of_topic(db, topic) is not None:
        return None
    count = db.table("posts").count
    row = {
        "kind": kind,
        "topic": topic,
        "place": place,
        "payload": dict(payload or {}),
        "users": json.dumps(list(users)),
        "roles": json.dumps(list(roles)),
        "nonce": word(NONCE),
        "marker": f"{meta.epoch(db)[:4]}·{kind}·{count + 1}",
        "made_at": float(now),
    }
    made = codec.insert(db, "posts", row)
    return _all(db, "id = ?", [made])[0]


def update(db: Database, post: int, payload: Mapping[str, Any]) -> None:
    """The message shows something else: it is edited, which pings nobody."""
    db.execute("UPDATE posts SET payload = ?, screen = screen + 1 WHERE id = ?", [codec.to_json(payload), post])


def of_topic(db: Database, topic: str) -> Post | None:
    return next(iter(_all(db, "topic = ?", [topic])), None)


def by_message(db: Database, message: str) -> Post | None:
    return next(iter(_all(db, "message = ?", [message])), None)


def standing(db: Database, kind: str) -> list[Post]:
    """Those on which something may still be drawn."""
    return _all(db, "kind = ? AND closed_at IS NULL ORDER BY id", [kind])


def wanted(db: Database) -> list[Post]:
    """What Discord does not show yet, oldest first; also those whose ``retry_at`` lies ahead."""
    return _all(db, f"{_UNDRAWN} ORDER BY id", [])


def sent(db: Database, post: int, channel: str, message: str, drawn: int, now: float) -> None:
    values = {"channel": channel, "message": message, "drawn": drawn, "sent_at": float(now), **_WELL}
    db.table("posts").update(post, codec.columns(values))


def drawn(db: Database, post: int, drawn: int) -> None:
    db.table("posts").update(post, codec.columns({"drawn": drawn, **_WELL}))


def failed(db: Database, post: int, retry_at: float | None, error: str) -> None:
    """``retry_at``: epoch seconds; None: at the next occasion."""
    db.execute(
        "UPDATE posts SET tries = tries + 1, retry_at = ?, error = ? WHERE id = ?",
        [retry_at, codec.storable(error), post],
    )


def again(db: Database, post: int, now: float) -> None:
    """Somebody deleted the message: it is sent anew, under a nonce and marker of its own."""
    values = {"message": None, "channel": None, "drawn": 0, "made_at": float(now), "nonce": word(NONCE), **_WELL}
    marker = f"{meta.epoch(db)[:4]}·{post}·{word(6)}"
    db.table("posts").update(post, codec.columns({**values, "marker": marker}))


def close(db: Database, post: int, now: float) -> None:
    """Nothing more is drawn here."""
    db.execute("UPDATE posts SET closed_at = coalesce(closed_at, ?) WHERE id = ?", [float(now), post])


def _all(db: Database, where: str, values: list[Any]) -> list[Post]:
    return [_row(row) for row in db.query(f"SELECT * FROM posts WHERE {where}", values)]  # noqa: S608 - ours


def _row(row: Mapping[str, Any]) -> Post:
    known = {**row, "payload": codec.mapping(row["payload"])}
    return Post(**{**known, "users": tuple(json.loads(row["users"])), "roles": tuple(json.loads(row["roles"]))})
