"""What must not be opened, and what is said instead (SAFETY, faults: a second bot process; newer schema)."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from bot.errors import LedgerUnusable
from bot.ledger import Ledger, audit, meta, reading
from bot.ledger.opening import open_ledger
from bot.ledger.schema import migrations
from tests.ledger.stories import made

HOLDER = """
    import asyncio, sys
    from pathlib import Path
    from bot.ledger import Ledger

    async def main():
        await Ledger.open(Path(sys.argv[1]), name="slipway on the old server")
        print("open", flush=True)
        await asyncio.Event().wait()

    asyncio.run(main())
"""


@contextmanager
def another_bot(path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(path)]
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.send_signal(signal.SIGKILL)


async def unusable(path: Path) -> LedgerUnusable:
    with pytest.raises(LedgerUnusable) as refused:
        await Ledger.open(path)
    return refused.value


async def test_a_second_process_is_refused_and_told_who_holds_the_ledger(path: Path) -> None:
    with another_bot(path) as holder:
        refused = await unusable(path)
        assert refused.code == "second_process"
        assert refused.facts["pid"] == holder.pid
        assert refused.facts["holder"].startswith(f"slipway on the old server (process {holder.pid} on ")
    ledger = await Ledger.open(path)
    await ledger.close()


async def test_the_same_process_does_not_open_it_twice_either(path: Path) -> None:
    first = await Ledger.open(path)
    assert (await unusable(path)).code == "second_process"
    await first.close()
    again = await Ledger.open(path)
    await again.close()


async def test_a_holder_that_has_not_signed_yet_still_keeps_others_out(path: Path) -> None:
    first = await Ledger.open(path)
    path.with_name(path.name + ".lock").write_text("")
    assert (await unusable(path)).facts["holder"] == "another process"
    await first.close()


async def test_a_ledger_of_newer_code_is_refused_and_left_as_it_is(path: Path) -> None:
    with closing(made(path).conn) as db:
        row = ("slipway", "0099_from_the_future", "2031-01-01")
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)", row)
    before = path.read_bytes()
    refused = await unusable(path)
    assert (refused.code, refused.facts["found"]) == ("newer_schema", "0099_from_the_future")
    assert path.read_bytes() == before


async def test_a_damaged_ledger_is_refused(path: Path) -> None:
    db = made(path)
    db.conn.executemany("INSERT INTO meta VALUES (?, ?)", [(str(n), "x" * 500) for n in range(500)])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    db.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8192] = bytes(8192)
    path.write_bytes(content)
    refused = await unusable(path)
    assert refused.code == "damaged"
    assert refused.facts["reason"]


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text("something else, and long enough to be looked at: " * 100)
    before = path.read_bytes()
    assert (await unusable(path)).code == "damaged"
    assert path.read_bytes() == before


async def test_somebody_elses_database_is_refused_and_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE notes (text)")
    refused = await unusable(path)
    assert (refused.code, refused.facts["reason"]) == ("damaged", "not a ledger")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


async def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    refused = await unusable(tmp_path / "missing" / "slipway.db")
    assert refused.code == "not_writable"
    assert refused.facts["path"].endswith("missing/slipway.db")


async def test_a_folder_in_the_ledgers_place_is_refused(path: Path) -> None:
    path.mkdir()
    assert (await unusable(path)).code == "not_writable"


async def test_a_ledger_that_another_program_keeps_locked_is_not_opened(path: Path) -> None:
    made(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnusable) as refused:
            await Ledger.open(path, busy=0.1)
    assert (refused.value.code, refused.value.facts["reason"]) == ("not_writable", "locked")


async def test_what_was_refused_can_be_opened_once_the_reason_is_gone(path: Path) -> None:
    path.write_text("no database" * 100)
    await unusable(path)
    path.unlink()
    ledger = await Ledger.open(path)
    await ledger.close()


def two_steps() -> Migrations:
    steps = Migrations("slipway")
    for step in migrations.pending(Database(memory=True)):
        steps(name=step.name)(step.fn)

    @steps(name="0098_first")
    def first(db: Database) -> None:
        db.execute("CREATE TABLE first (id INTEGER) STRICT")

    @steps(name="0099_second")
    def second(db: Database) -> None:
        db.execute("CREATE TABLE second (id INTEGER) STRICT")

    return steps


def test_a_copy_is_made_before_each_migration_of_a_ledger_in_use(path: Path) -> None:
    with closing(made(path).conn) as db:
        epoch = db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0]
    with closing(open_ledger(path, now=5.0, busy=1.0, steps=two_steps()).conn) as db:
        assert db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()[0] == epoch
    before_first = path.with_name("slipway.db.before-0098_first")
    before_second = path.with_name("slipway.db.before-0099_second")
    assert "first" not in tables(before_first)
    assert {"first", "deploys"} <= tables(before_second)
    assert "second" not in tables(before_second)
    assert {"first", "second"} <= tables(path)


def test_a_new_ledger_has_nothing_to_copy(path: Path) -> None:
    open_ledger(path, now=5.0, busy=1.0, steps=two_steps()).close()
    assert [each.name for each in path.parent.iterdir()] == ["slipway.db"]


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(path: Path) -> None:
    made(path).close()
    steps = two_steps()

    @steps(name="0100_broken")
    def broken(db: Database) -> None:
        db.execute("CREATE TABLE half (id INTEGER) STRICT")
        db.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(sqlite3.OperationalError):
        open_ledger(path, now=5.0, busy=1.0, steps=steps)
    assert "half" not in tables(path)
    assert "half" not in tables(path.with_name("slipway.db.before-0100_broken"))


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def test_a_ledger_keeps_its_epoch_from_opening_to_opening(path: Path) -> None:
    first = await Ledger.open(path)
    await first.close()
    second = await Ledger.open(path)
    assert second.epoch == first.epoch
    assert len(first.epoch) == 8
    assert first.epoch == first.epoch.lower()
    assert await second.read(audit.verify) == []
    await second.close()


async def test_nobody_else_may_read_the_ledgers_file(path: Path) -> None:
    ledger = await Ledger.open(path)
    assert path.stat().st_mode & 0o077 == 0
    await ledger.close()


async def test_the_command_line_reads_beside_a_running_bot_and_changes_nothing(path: Path) -> None:
    ledger = await Ledger.open(path)

    def look() -> None:
        with reading(path) as db:
            assert audit.verify(db) == []
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                meta.remember(db, "key", "value")

    await asyncio.to_thread(look)
    await ledger.close()


def test_reading_a_ledger_that_is_not_there_makes_none(path: Path) -> None:
    with pytest.raises(LedgerUnusable) as refused, reading(path):
        pass
    assert refused.value.code == "missing"
    assert not path.exists()


async def test_the_lock_file_says_who_and_since_when(path: Path) -> None:
    ledger = await Ledger.open(path, name="slipway run", clock=lambda: 77.0)
    signed = json.loads(path.with_name("slipway.db.lock").read_text())
    assert (signed["pid"], signed["name"], signed["since"]) == (os.getpid(), "slipway run", 77.0)
    await ledger.close()
