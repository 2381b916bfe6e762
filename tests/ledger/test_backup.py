"""The way back from a backup: nothing old is adopted, nothing is left in flight (SAFETY, rule 1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import LedgerUnusable
from bot.ledger import Ledger, attempts, audit, deploys, shown
from bot.ledger.backup import backup, restore
from bot.model import Direction, Outcome, Phase, Verdict
from tests.ledger.stories import PROD, STAGING, Story


@pytest.fixture
def kept(story: Story, path: Path) -> Path:
    """A backup with one deploy of each sort in it; the ledger went on afterwards."""
    story.succeeded(PROD, "a")
    story.running(PROD, "b")
    story.confirmed(STAGING)
    story.planned()
    kept = path.with_name("kept.db")
    backup(path, kept)
    story.planned()
    story.db.close()
    return kept


async def test_old_attempts_are_never_adopted_after_a_restore(kept: Path, tmp_path: Path) -> None:
    old = Story.at(kept)
    (running,) = [each for each in deploys.unfinished(old.db) if each.phase is Phase.RUNNING]
    before = attempts.of(old.db, running.number)[0].attempt.id
    old.db.close()
    ledger = await Ledger.open(_restored(kept, tmp_path))
    assert not before.startswith(ledger.epoch)
    assert await ledger.read(deploys.unfinished) == []
    (row,) = await ledger.read(attempts.of, running.number)
    assert (row.attempt.id, row.outcome) == (before, "restored")
    await ledger.close()


def _restored(kept: Path, tmp_path: Path) -> Path:
    place = tmp_path / "elsewhere.db"
    restore(kept, place, now=90_000.0)
    return place


def test_what_was_in_flight_ends_without_a_green_card_and_is_announced(kept: Path, tmp_path: Path) -> None:
    story = Story.at(_restored(kept, tmp_path))
    begun, waiting = deploys.get(story.db, 2), deploys.get(story.db, 3)
    assert begun is not None
    assert waiting is not None
    assert (begun.verdict, begun.outcome, begun.code) == (Verdict.FAILED, Outcome.UNKNOWN, "restored")
    assert (waiting.verdict, waiting.outcome, waiting.code) == (Verdict.CANCELLED, None, "restored")
    assert [row.kind for row in shown.on(story.db, 2)] == ["card", "failed"]
    assert [row.kind for row in shown.on(story.db, 3)] == ["card", "cancelled"]
    assert deploys.get(story.db, 4) is None
    assert audit.verify(story.db) == []
    story.db.close()


def test_every_restore_makes_another_epoch(kept: Path, tmp_path: Path) -> None:
    epochs = {restore(kept, tmp_path / f"{n}.db", now=5.0) for n in range(3)}
    assert len(epochs) == 3


def test_a_new_attempt_carries_the_new_epoch(kept: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere.db"
    epoch = restore(kept, place, now=90_000.0)
    story = Story.at(place)
    starting = story.move(story.confirmed(PROD), Phase.STARTING)
    assert story.attempt(starting, Direction.FORWARD).id == f"{epoch}-{starting.number}-1"
    story.db.close()


def test_numbers_given_after_the_backup_are_not_used_again(kept: Path, path: Path) -> None:
    restore(kept, path, now=90_000.0, force=True)
    story = Story.at(path)
    assert story.planned().number == 6
    story.db.close()


def test_an_empty_backup_counts_on_from_the_ledger_that_it_replaces(tmp_path: Path, path: Path, story: Story) -> None:
    empty = tmp_path / "empty.db"
    backup(path, empty)
    story.planned()
    story.planned()
    story.db.close()
    restore(empty, path, now=5.0, force=True)
    again = Story.at(path)
    assert again.planned().number == 3
    again.db.close()


def test_a_ledger_that_is_there_is_only_replaced_by_force_and_stays_aside(kept: Path, path: Path) -> None:
    with pytest.raises(LedgerUnusable) as refused:
        restore(kept, path, now=5.0)
    assert refused.value.code == "exists"
    restore(kept, path, now=5.0, force=True)
    aside = Story.at(path.with_name("slipway.db.replaced"))
    assert [each.number for each in deploys.unfinished(aside.db)] == [2, 3]
    aside.db.close()


async def test_nothing_is_restored_under_a_running_bot(kept: Path, path: Path) -> None:
    ledger = await Ledger.open(path, name="slipway run")
    with pytest.raises(LedgerUnusable) as refused:
        restore(kept, path, now=5.0, force=True)
    assert refused.value.code == "second_process"
    assert refused.value.facts["holder"].startswith("slipway run")
    await ledger.close()


def test_the_wal_of_the_replaced_ledger_is_not_taken_for_the_new_ones(kept: Path, path: Path) -> None:
    crashed = Story.at(path)
    crashed.settle(crashed.planned(), Verdict.CANCELLED)
    copies = {suffix: path.with_name(path.name + suffix).read_bytes() for suffix in ("", "-wal")}
    crashed.db.close()
    for suffix, content in copies.items():
        path.with_name(path.name + suffix).write_bytes(content)
    restore(kept, path, now=5.0, force=True)
    story = Story.at(path)
    assert story.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert audit.verify(story.db) == []
    story.db.close()


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to be one" * 200])
def test_a_backup_that_is_none_replaces_nothing(kept: Path, path: Path, content: bytes) -> None:
    kept.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable) as refused:
        restore(kept, path, now=5.0, force=True)
    assert refused.value.code == "damaged"
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.restoring*"))


def test_a_backup_of_newer_code_replaces_nothing(kept: Path, path: Path) -> None:
    story = Story.at(kept)
    row = {"migration_set": "slipway", "name": "0099_from_the_future", "applied_at": "2031"}
    story.db.table("_sqlite_migrations").insert(row)
    story.db.close()
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable) as refused:
        restore(kept, path, now=5.0, force=True)
    assert refused.value.code == "newer_schema"
    assert path.read_bytes() == before


def test_a_backup_that_is_not_there_says_so(path: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable) as refused:
        restore(tmp_path / "nothing.db", path, now=5.0)
    assert refused.value.code == "missing"
    with pytest.raises(LedgerUnusable) as refused:
        backup(tmp_path / "nothing.db", tmp_path / "kept.db")
    assert refused.value.code == "missing"


async def test_a_backup_is_made_while_the_bot_runs_and_is_one_whole_file(path: Path, tmp_path: Path) -> None:
    ledger = await Ledger.open(path)
    kept = tmp_path / "kept" / "today.db"
    kept.parent.mkdir()
    backup(path, kept)
    assert [each.name for each in kept.parent.iterdir()] == ["today.db"]
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.read_bytes()[18:20] == b"\x01\x01", "a copy that needs a WAL cannot be read from a read-only place"
    await ledger.close()
    story = Story.at(kept)
    assert audit.verify(story.db) == []
    story.db.close()


def test_a_backup_that_fails_keeps_the_one_of_yesterday(path: Path, story: Story, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    backup(path, kept)
    yesterday = kept.read_bytes()
    story.db.close()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerUnusable):
        backup(path, kept)
    assert kept.read_bytes() == yesterday
