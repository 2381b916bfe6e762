"""Deploys as they stand."""

from __future__ import annotations

from collections.abc import Collection

from sqlite_utils import Database

from bot.ledger import attempts, countersigns, votes
from bot.ledger.deploy_rows import UNFINISHED, get, select
from bot.ledger.rows import StateParts
from bot.model import LEFT_THERE, Deploy, Target


def by_ulid(db: Database, ulid: str) -> Deploy | None:
    return next(iter(select(db, "ulid = ?", [ulid])), None)


def unfinished(db: Database) -> list[Deploy]:
    """Confirmed … unknown, oldest first: one follower each."""
    return select(db, UNFINISHED)


def open_on(db: Database, target: Target) -> Deploy | None:
    """The holder of the target's claim."""
    found = select(db, f"service = ? AND env = ? AND {UNFINISHED}", [target.service, target.env])
    return next(iter(found), None)


def latest(db: Database, target: Target) -> Deploy | None:
    """The newest that was ever confirmed."""
    where = "service = ? AND env = ? AND confirmed_at IS NOT NULL"
    return next(iter(select(db, where, [target.service, target.env], "number DESC", 1)), None)


def last_put(db: Database, target: Target) -> Deploy | None:
    """The newest whose effect is what the target was left with, well or not."""
    left = ", ".join(f"'{outcome.value}'" for outcome in LEFT_THERE)
    where = f"service = ? AND env = ? AND started_at IS NOT NULL AND (verdict = 'succeeded' OR outcome IN ({left}))"
    return next(iter(select(db, where, [target.service, target.env], "number DESC", 1)), None)


def confirmed_by(db: Database, users: Collection[str], since: float) -> list[Deploy]:
    """What these accounts confirmed since then (epoch seconds), and all of theirs that is unfinished."""
    marks = ", ".join("?" * len(users))
    return select(db, f"requester IN ({marks}) AND ({UNFINISHED} OR confirmed_at > ?)", [*users, since])


def recent(
    db: Database,
    *,
    service: str | None = None,
    env: str | None = None,
    since: float | None = None,
    who: str | None = None,
    limit: int = 25,
) -> list[Deploy]:
    """Confirmed ones, newest first. ``who``: the requester's user id; ``since``: epoch seconds of the confirm."""
    asked = {"service = ?": service, "env = ?": env, "confirmed_at >= ?": since, "requester = ?": who}
    given = {clause: value for clause, value in asked.items() if value is not None}
    where = " AND ".join(["confirmed_at IS NOT NULL", *given])
    return select(db, where, list(given.values()), "number DESC", limit)


def state(db: Database, number: int) -> StateParts | None:
    """What the ledger knows for a card: the deploy, its attempts with steps, its votes, whether a newer one exists."""
    deploy = get(db, number)
    if deploy is None:
        return None
    newest = latest(db, deploy.target)
    return StateParts(
        deploy=deploy,
        screen=int(db.execute("SELECT screen FROM deploys WHERE number = ?", [number]).fetchone()[0]),
        attempts=attempts.of(db, number),
        votes=votes.on(db, number),
        newer=newest.number if newest and newest.number > number else None,
        countersign=countersigns.of(db, number),
    )
