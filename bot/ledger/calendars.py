"""The last good copy of the on-call calendar, as shifts: it outlives a restart while the calendar cannot be read."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from bot.ledger import meta
from bot.oncall import Shift

KEY = "calendar"


@dataclass(frozen=True)
class Kept:
    """``at``: when the calendar last said this, epoch seconds. ``unknown``: events that name nobody known."""

    at: float
    shifts: tuple[Shift, ...]
    unknown: int = 0
    broken: int = 0


def keep(db: Database, copy: Kept) -> None:
    told = {"at": copy.at, "shifts": [[one.user, one.since, one.until] for one in copy.shifts]}
    meta.remember(db, KEY, json.dumps({**told, "unknown": copy.unknown, "broken": copy.broken}))


def kept(db: Database) -> Kept | None:
    found = meta.recall(db, KEY)
    if found is None:
        return None
    told = json.loads(found)
    return Kept(**{**told, "shifts": tuple(Shift(*one) for one in told["shifts"])})
