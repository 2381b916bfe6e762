"""The oracle: SAFETY's invariants, judged from the world's own log, Discord's own messages and the bare SQLite file.

Nothing of the product is asked but ``audit.verify``, which is judged here as well. ``broken`` names what does not hold.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.crash.invariants.effects import authority, intents, one_at_a_time
from tests.crash.invariants.ends import ends, green, screen
from tests.crash.invariants.facts import Effect, Facts, Message, Rows
from tests.crash.invariants.glass import broken_glass
from tests.crash.invariants.whole import chain, file
from tests.crash.invariants.world import pretended

__all__ = ["Effect", "Facts", "Message", "broken", "pretended"]

JUDGES = (one_at_a_time, intents, authority, broken_glass, ends, screen, green, chain)


def broken(facts: Facts) -> list[str]:
    """Every invariant that does not hold, in words. Empty: all do."""
    with closing(sqlite3.connect(f"file:{facts.ledger}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        rows = Rows(db)
        return [*(said for judge in JUDGES for said in judge(rows, facts)), *file(db)]
