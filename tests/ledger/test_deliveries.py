"""Deliveries are taken once, and their table stays small whatever comes."""

from __future__ import annotations

from sqlite_utils import Database

from bot.ledger import deliveries
from bot.ledger.deliveries import KEPT, take
from tests.ledger.stories import Story


def taken(db: Database) -> list[str]:
    return [row["id"] for row in db.query("SELECT id FROM deliveries ORDER BY at, rowid")]


def test_a_delivery_is_taken_once_by_its_id_and_by_what_was_signed(story: Story) -> None:
    assert take(story.db, "github", "one", "push", "digest-1", 1.0)
    assert not take(story.db, "github", "one", "push", "digest-2", 2.0)
    assert not take(story.db, "github", "two", "push", "digest-1", 3.0)
    assert take(story.db, "github", "two", "push", "digest-2", 4.0)


def test_another_source_has_ids_of_its_own(story: Story) -> None:
    assert take(story.db, "github", "one", "push", "digest-1", 1.0)
    assert take(story.db, "other", "one", "push", "digest-1", 1.0)


def test_what_is_old_is_swept(story: Story) -> None:
    take(story.db, "github", "one", "push", "digest-1", 1.0)
    take(story.db, "github", "two", "push", "digest-2", 2.0 + KEPT)
    assert taken(story.db) == ["two"]


def test_a_flood_pushes_the_oldest_out(story: Story) -> None:
    rows = [("github", str(number), "push", str(number), float(number)) for number in range(deliveries.MOST + 3)]
    with story.db.conn:
        story.db.execute("BEGIN")
        story.db.conn.executemany("INSERT INTO deliveries VALUES (?, ?, ?, ?, ?)", rows)
    take(story.db, "github", "last", "push", "last", 1e5)
    found = taken(story.db)
    assert len(found) == deliveries.MOST
    assert (found[0], found[-1]) == ("4", "last")
