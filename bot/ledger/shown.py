"""Messages that must exist, one row each: a deploy's card, and each message that pings (ARCHITECTURE, the painter)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from bot.ledger import codec, meta
from bot.ledger.rows import NewPing, Shown
from bot.ledger.ulid import word

CARD = "card"
NONCE = 25  # characters, the most that Discord takes (docs: Create Message, nonce)
_ROWS = (
    "SELECT cards.*, deploys.screen AS screen, deploys.phase = 'settled' AS over"
    " FROM cards JOIN deploys ON deploys.number = cards.deploy WHERE"
)
_UNDRAWN = "cards.closed_at IS NULL AND (message IS NULL OR (cards.kind = 'card' AND drawn < screen))"


def add_card(db: Database, number: int, now: float) -> Shown:
    """A deploy's public card; it has one that lives."""
    return _add(db, number, CARD, {}, now)


def ping(db: Database, number: int, ping: NewPing, now: float) -> Shown:
    """A new message, sent once, never edited."""
    return _add(db, number, ping.kind, ping.payload, now)


def wanted(db: Database) -> list[Shown]:
    """What Discord does not show yet, oldest first. A row whose ``retry_at`` lies ahead is the caller's to skip."""
    return _all(db, f"{_UNDRAWN} ORDER BY cards.id", [])


def card_of(db: Database, number: int) -> Shown | None:
    """The living card."""
    return _first(db, "cards.deploy = ? AND cards.kind = 'card' AND cards.closed_at IS NULL", [number])


def by_message(db: Database, message: str) -> Shown | None:
    """Also a card that was replaced (``closed_at``): its buttons say where the living one is."""
    return _first(db, "message = ?", [message])


def on(db: Database, number: int) -> list[Shown]:
    """All messages of a deploy, closed ones too."""
    return _all(db, "cards.deploy = ? ORDER BY cards.id", [number])


def sent(db: Database, shown_id: int, channel: str, message: str, drawn: int, now: float) -> None:
    """Discord has it. ``drawn``: the ``screen`` that the message shows."""
    values = {"channel": channel, "message": message, "drawn": drawn, "sent_at": float(now), **_WELL}
    db.table("cards").update(shown_id, codec.columns(values))


def drawn(db: Database, shown_id: int, drawn: int, now: float) -> None:
    """The message was edited to this ``screen``. An older edit that ends later changes nothing."""
    db.execute(
        "UPDATE cards SET drawn = max(drawn, ?), tries = 0, retry_at = NULL, error = NULL WHERE id = ?",
        [drawn, shown_id],
    )


def failed(db: Database, shown_id: int, retry_at: float | None, error: str, now: float) -> None:
    """Try again at ``retry_at`` (epoch seconds; None: at the next occasion)."""
    db.execute(
        "UPDATE cards SET tries = tries + 1, retry_at = ?, error = ? WHERE id = ?",
        [retry_at, codec.storable(error), shown_id],
    )


def close(db: Database, shown_id: int, now: float) -> None:
    """Nothing more is drawn here."""
    db.execute("UPDATE cards SET closed_at = coalesce(closed_at, ?) WHERE id = ?", [float(now), shown_id])


def replace(db: Database, shown_id: int, now: float) -> Shown:
    """A new message takes over: the old one grew too old to edit (minute 50), or somebody deleted it."""
    old = _first(db, "cards.id = ?", [shown_id])
    assert old is not None, f"no message has the row {shown_id}"
    close(db, shown_id, now)
    return _add(db, old.deploy, old.kind, old.payload, now)


_WELL: Mapping[str, Any] = {"tries": 0, "retry_at": None, "error": None}


def _add(db: Database, number: int, kind: str, payload: Mapping[str, Any], now: float) -> Shown:
    row = {
        "deploy": number,
        "kind": kind,
        "nonce": word(NONCE),
        "marker": _marker(db, number, kind),
        "made_at": float(now),
        "payload": dict(payload),
    }
    made = codec.insert(db, "cards", row)
    found = _first(db, "cards.id = ?", [made])
    assert found is not None
    return found


def _marker(db: Database, number: int, kind: str) -> str:
    """Unique and short: found again in a channel after a send whose answer was lost, also by another ledger's bot."""
    before = db.table("cards").count_where("deploy = ? AND kind = ?", [number, kind])
    return f"#{number}·{meta.epoch(db)[:4]}·{kind}{before + 1 if before else ''}"


def _first(db: Database, where: str, values: list[Any]) -> Shown | None:
    return next(iter(_all(db, where, values)), None)


def _all(db: Database, where: str, values: list[Any]) -> list[Shown]:
    return [_row(row) for row in db.query(f"{_ROWS} {where}", values)]


def _row(row: Mapping[str, Any]) -> Shown:
    return Shown(**{**row, "payload": codec.mapping(row["payload"]), "over": bool(row["over"])})
