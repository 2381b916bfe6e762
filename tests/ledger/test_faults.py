"""A disk that is full, a file that is locked, a process that dies in the middle (SAFETY, faults; INV13)."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import LedgerUnusable, LedgerUnwritable
from bot.ledger import Ledger, audit, deploys, meta, reading
from bot.ledger.connection import WAL_LIMIT, connect, transact
from bot.model import Kind, Order, Phase
from tests.ledger.stories import JIEUN, PROD, Story, a_plan

BIG = "x" * 200_000


def fill(db: Database) -> None:
    meta.remember(db, str(db.table("meta").count), BIG)


async def test_a_full_disk_records_nothing_and_the_ledger_works_again_afterwards(path: Path) -> None:
    ledger = await Ledger.open(path)
    head = await ledger.read(audit.head)
    await ledger.read(_pages, limit=60)
    with pytest.raises(LedgerUnwritable) as full:
        await ledger.do(fill)
    assert full.value.code == "disk_full"
    assert await ledger.read(audit.head) == head
    await ledger.do(meta.remember, "small", "fits")
    await ledger.read(_pages, limit=1_000_000)
    await ledger.do(fill)
    assert await ledger.read(audit.verify) == []
    await ledger.close()


def _pages(db: Database, limit: int) -> None:
    db.execute(f"PRAGMA max_page_count = {limit}").fetchall()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def _fill_up(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


@pytest.mark.needs("namespaces")
async def test_a_disk_that_really_is_full_refuses_and_one_with_room_again_does_not(small_disk: Path) -> None:
    ledger = await Ledger.open(small_disk / "slipway.db")
    ballast = small_disk / "ballast"
    _fill_up(ballast)
    with pytest.raises(LedgerUnwritable) as full:
        await ledger.do(fill)
    assert full.value.code == "disk_full"
    ballast.unlink()
    await ledger.do(fill)
    assert await ledger.read(audit.verify) == []
    await ledger.close()


@pytest.mark.needs("namespaces")
async def test_a_disk_that_is_full_from_the_beginning_is_told_as_a_ledger_that_cannot_be_written(
    small_disk: Path,
) -> None:
    _fill_up(small_disk / "ballast")
    with pytest.raises(LedgerUnusable) as full:
        await Ledger.open(small_disk / "slipway.db")
    assert full.value.code == "not_writable"


async def test_a_ledger_that_somebody_else_keeps_locked_refuses_after_its_patience(path: Path) -> None:
    ledger = await Ledger.open(path, busy=0.2)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnwritable) as locked:
        await ledger.do(meta.remember, "key", "value")
    assert locked.value.code == "locked"
    assert await ledger.read(meta.recall, "key") is None
    other.execute("ROLLBACK")
    other.close()
    await ledger.do(meta.remember, "key", "value")
    assert await ledger.read(meta.recall, "key") == "value"
    await ledger.close()


async def test_a_lock_that_is_let_go_within_the_patience_is_waited_for(path: Path) -> None:
    released: list[str] = []
    other = sqlite3.connect(path.parent / path.name, isolation_level=None, check_same_thread=False)

    def release(point: str) -> None:
        if point.endswith("remember.before"):
            other.execute("ROLLBACK")
            released.append(point)

    ledger = await Ledger.open(path, at=release)
    other.execute("BEGIN IMMEDIATE")
    await ledger.do(meta.remember, "key", "value")
    other.close()
    assert released
    await ledger.close()


async def test_a_verb_that_only_reads_cannot_write(path: Path) -> None:
    ledger = await Ledger.open(path)
    with pytest.raises(LedgerUnwritable) as refused:
        await ledger.read(meta.remember, "key", "value")
    assert refused.value.code == "read_only"
    await ledger.do(meta.remember, "key", "value")
    await ledger.close()


async def test_our_own_mistakes_stay_loud(path: Path) -> None:
    def mistake(db: Database) -> None:
        db.execute("INSERT INTO nowhere VALUES (1)")

    ledger = await Ledger.open(path)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await ledger.do(mistake)
    await ledger.do(meta.remember, "key", "value")
    await ledger.close()


def test_a_verb_that_fails_half_way_leaves_nothing(story: Story) -> None:
    def half(db: Database) -> None:
        meta.remember(db, "key", "value")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        story.do(half)
    assert meta.recall(story.db, "key") is None
    assert not story.db.conn.in_transaction


def test_every_commit_is_on_the_disk_before_it_is_told(story: Story) -> None:
    pragmas = ("synchronous", "journal_mode", "foreign_keys")
    assert [story.db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == [2, "wal", 1]


KILLED = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from bot.ledger import Ledger, deploys
    from bot.model import Kind, Order
    from tests.ledger.stories import PROD, a_plan

    def kill():
        os.kill(os.getpid(), signal.SIGKILL)

    def at(point):
        if point == sys.argv[2]:
            kill()

    def build(number, ulid):
        if sys.argv[2] == "inside":
            kill()
        return a_plan(number, "epoch", PROD, "b")

    async def main():
        ledger = await Ledger.open(Path(sys.argv[1]), at=at)
        order = Order(Kind.DEPLOY, PROD, "1001", "jieun")
        await ledger.do(deploys.plan, order, build, 5.0)
        print("lived", flush=True)

    asyncio.run(main())
"""


def killed(path: Path, point: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(path), point],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize(
    ("point", "planned"),
    [("ledger.deploys.plan.before", 0), ("inside", 0), ("ledger.deploys.plan.committed", 1)],
)
def test_a_process_that_is_killed_in_a_verb_leaves_nothing_or_everything(path: Path, point: str, planned: int) -> None:
    killed(path, point)
    with contextlib.closing(connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.table("deploys").count == planned
        assert audit.verify(db) == []
        order = Order(Kind.DEPLOY, PROD, JIEUN, "jieun")
        deploy = transact(db, deploys.plan, order, lambda number, ulid: a_plan(number, "e", PROD, "b"), 6.0)
        assert (deploy.number, deploy.phase) == (planned + 1, Phase.PLANNED)


async def test_a_killed_process_does_not_keep_the_next_one_out(path: Path) -> None:
    killed(path, "ledger.deploys.plan.committed")
    ledger = await Ledger.open(path)
    assert [deploy.number for deploy in await ledger.read(deploys.unfinished)] == []
    await ledger.close()


async def test_the_wal_stays_bounded_also_after_a_reader_that_was_slow(path: Path) -> None:
    ledger = await Ledger.open(path)
    wal = path.with_name(path.name + "-wal")
    with reading(path) as slow:
        slow.execute("SELECT count(*) FROM audit").fetchone()
        for _ in range(60):
            await ledger.do(fill)
        assert wal.stat().st_size > WAL_LIMIT
    for _ in range(30):
        await ledger.do(fill)
    assert wal.stat().st_size <= WAL_LIMIT
    await ledger.close()
    assert not wal.exists()
