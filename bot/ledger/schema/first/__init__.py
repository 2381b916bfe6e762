"""``0001_ledger``: the tables of the first release, in the order in which they are made."""

from __future__ import annotations

from sqlite_utils import Database

from bot.ledger.schema.first import deploys, messages, orders, targets, witnesses

TABLES = (*deploys.TABLES, *targets.TABLES, *messages.TABLES, *orders.TABLES, *witnesses.TABLES)


def ledger(db: Database) -> None:
    for statement in TABLES:
        db.execute(statement)
