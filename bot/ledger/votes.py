"""Votes that stand: a reaction while it stands, a button until it is pressed again (PRODUCT, step 3).

A vote changes the revision of a deploy that has no intent yet: what was judged without it is judged again (INV9).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from bot.errors import Lost
from bot.ledger import audit, codec, shown
from bot.ledger.deploy_rows import judge_again, redraw
from bot.model import Choice, Vote, VoteSource

Reacted = frozenset[tuple[str, Choice]]
_ONE = "message = ? AND user = ? AND choice = ? AND source = ?"


def cast(db: Database, vote: Vote, number: int, now: float) -> bool:
    """The vote stands from now on. False: it stood already, in the same way."""
    key = [vote.message, vote.user, vote.choice, vote.source]
    found = next(db.table("votes").rows_where(_ONE, key), None)
    if found is not None and (found["name"], found["counts"]) == (codec.column(vote.name), vote.counts):
        return False
    row = {
        "message": vote.message,
        "user": vote.user,
        "choice": vote.choice,
        "source": vote.source,
        "deploy": number,
        "name": vote.name,
        "at": found["at"] if found else float(vote.at),
        "counts": vote.counts,
    }
    db.table("votes").upsert(codec.columns(row), pk=("message", "user", "choice", "source"))
    _changed(db, number, now, vote.user, "voted", {"choice": vote.choice, "source": vote.source, "name": vote.name})
    return True


def withdraw(db: Database, message: str, user: str, choice: Choice, source: VoteSource, now: float) -> bool:
    """The vote does not stand any more. False: it did not stand."""
    found = next(db.table("votes").rows_where(_ONE, [message, user, choice, source]), None)
    if found is None:
        return False
    db.table("votes").delete((message, user, choice, source))
    _changed(db, found["deploy"], now, user, "vote_withdrawn", {"choice": choice, "source": source})
    return True


def reacted(db: Database, message: str) -> Reacted:
    """The standing reactions: who, and what."""
    return frozenset((vote.user, vote.choice) for vote in standing(db, message) if vote.source is VoteSource.REACTION)


def reread(
    db: Database,
    message: str,
    reactions: Mapping[Choice, Mapping[str, str]],
    now: float,
    *,
    seen: Reacted | None = None,
) -> bool:
    """The standing reactions become exactly these (choice → user → name); buttons stay. False: nothing changed.

    ``seen``: what stood before Discord was asked. Raises Lost when it is no longer true: a vote that was told
    meanwhile is newer than what was read. A message that no card is recorded for has no votes.
    """
    card = shown.by_message(db, message)
    if card is None:
        return False
    before = reacted(db, message)
    if seen is not None and seen != before:
        raise Lost("votes_changed", deploy=card.deploy)
    after = {(user, choice): name for choice, users in reactions.items() for user, name in users.items()}
    for user, choice in sorted(before - after.keys()):
        withdraw(db, message, user, choice, VoteSource.REACTION, now)
    for user, choice in sorted(after.keys() - before):
        cast(db, Vote(message, user, after[user, choice], choice, VoteSource.REACTION, now), card.deploy, now)
    return before != after.keys()


def standing(db: Database, message: str) -> list[Vote]:
    """Oldest first, those that fill no seat included: ``counts`` says why."""
    return _all(db, "message = ?", message)


def ignored(db: Database, message: str) -> list[Vote]:
    return _all(db, "message = ? AND counts IS NOT NULL", message)


def on(db: Database, number: int) -> list[Vote]:
    """All that stand for a deploy, on whichever of its messages."""
    return _all(db, "deploy = ?", number)


def _all(db: Database, where: str, value: str | int) -> list[Vote]:
    rows = db.table("votes").rows_where(where, [value], order_by="at, user, choice, source")
    return [_row(row) for row in rows]


def _row(row: Mapping[str, Any]) -> Vote:
    return Vote(
        message=row["message"],
        user=row["user"],
        name=row["name"],
        choice=Choice(row["choice"]),
        source=VoteSource(row["source"]),
        at=row["at"],
        counts=row["counts"],
    )


def _changed(db: Database, number: int, now: float, actor: str, action: str, facts: Mapping[str, Any]) -> None:
    concerned = "(number = ? OR part_of = (SELECT part_of FROM deploys WHERE number = ?))"
    if not judge_again(db, concerned, [number, number], now=now, actor=actor, action=action, facts=facts):
        audit.append(db, actor=actor, action=action, now=now, deploy=number, facts=facts)
        redraw(db, number)
