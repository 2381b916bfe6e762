"""How far others know of a deploy, by what was owed and told (``outbox``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.ledger import codec
from bot.model import Hindrance, Recorded, Standing

_STATES = ", ".join(f"'{state.value}'" for state in Recorded)
Row = Mapping[str, Any]


def standing(db: Database, numbers: Iterable[int]) -> dict[int, Standing]:
    """Of those that were ever owed; comments aside."""
    found = {number: _standing(_rows(db, number)) for number in numbers}
    return {number: one for number, one in found.items() if one is not None}


def hindrance(error: str | None) -> Hindrance | None:
    """What ``outbox.failed`` and ``outbox.void`` wrote."""
    if not error:
        return None
    try:
        return codec.from_json(Hindrance, error)
    except ValueError:  # as it was written by earlier versions
        return Hindrance("", error.partition(" ")[0])


def _rows(db: Database, number: int) -> Sequence[Row]:
    asked = f"SELECT * FROM outbox WHERE deploy = ? AND what IN ({_STATES}) ORDER BY id"  # noqa: S608 - our own words
    return list(db.query(asked, [number]))


def _standing(rows: Sequence[Row]) -> Standing | None:
    """What waits says why; what was given up says so only where nothing was owed after it."""
    told = next((str(row["what"]) for row in reversed(rows) if row["ended"] == "told"), None)
    waits = next((row for row in rows if row["ended"] is None), None)
    if waits is not None:
        return Standing(told, waits["what"], hindrance(waits["error"]))
    last = rows[-1] if rows else None
    if last is not None and last["ended"] == "void" and last["error"]:
        return Standing(told, last["what"], hindrance(last["error"]), given_up=True)
    return Standing(told) if told else None
