"""The tables, one migration a change. A migration that has been released is never edited.

Plain SQL in the subset that PostgreSQL shares, beside STRICT, AUTOINCREMENT and the triggers.
"""

from __future__ import annotations

from sqlite_utils import Migrations

from bot.ledger.schema.first import ledger
from bot.ledger.schema.told import outbox

migrations = Migrations("slipway")
migrations(name="0001_ledger")(ledger)
migrations(name="0002_outbox")(outbox)

__all__ = ["migrations"]
