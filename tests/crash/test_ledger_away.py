"""The ledger cannot be had, or cannot be written: nothing is done, everybody is told, what runs is seen to its end."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.crash import config_file, invariants
from tests.crash.child import Child, Nursery
from tests.crash.config_file import Options
from tests.crash.town import PATIENCE, Town, town
from tests.crash.walk import facts

UNUSABLE = 78
SLOWLY = partial(config_file.pretended, Options(seconds=0.3))
NOT_RECORDED = "could not be recorded"


async def judged(it: Town, ordered: int) -> None:
    await it.quiet()
    assert invariants.broken(facts(it, ordered)) == []


@asynccontextmanager
async def another(it: Town, nursery: Nursery) -> AsyncIterator[Child]:
    """One more process on the same configuration, to its end."""
    bot = Child(nursery, it.folder / "another.log", it.discord.state.changes.tell)
    environment = {"DISCORD_TOKEN": it.discord.token, "CRASH_LOG": str(it.folder / "points.another")}
    bot.configure(it.folder / "config.toml", environment)
    await bot.start()
    try:
        await bot.ended(PATIENCE)
        yield bot
    finally:
        await bot.kill()


async def test_a_second_bot_on_the_same_ledger_is_refused_with_the_holders_name(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with town(tmp_path, nursery) as it:
        async with another(it, nursery) as second:
            assert second.ends == [UNUSABLE]
            (said,) = second.lines
            assert f"slipway (process {it.bot.pid} on " in said
            assert "Nothing was started" in said
        number = await it.order(it.jieun, "deploy", "staging", version="v1")
        assert await it.verdict(number) == "succeeded"
        await judged(it, 1)


async def test_a_bot_that_was_killed_leaves_no_lock_behind(tmp_path: Path, nursery: Nursery) -> None:
    async with town(tmp_path, nursery) as it:
        for _ in range(2):
            await it.bot.kill()
            await it.present()
        assert it.bot.ends == [-signal.SIGKILL] * 2


async def test_a_ledger_that_is_newer_than_the_code_is_left_alone(tmp_path: Path, nursery: Nursery) -> None:
    async with town(tmp_path, nursery) as it:
        await it.verdict(await it.order(it.jieun, "deploy", "staging", version="v1"))
    with contextlib.closing(sqlite3.connect(it.ledger)) as db, db:
        (table,) = (name for (name,) in db.execute("SELECT name FROM sqlite_master") if name.endswith("migrations"))
        rows = "SELECT migration_set, '9999_from_the_future', applied_at"
        db.execute(f"INSERT INTO {table} (migration_set, name, applied_at) {rows} FROM {table} LIMIT 1")
    before = it.ledger.read_bytes()
    async with another(it, nursery) as older:
        assert older.ends == [UNUSABLE]
        (said,) = older.lines
        assert "newer_schema" in said
        assert "9999_from_the_future" in said
    assert it.ledger.read_bytes() == before


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """16 MB under the ledger; yields the file that fills it."""
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], check=True)
    try:
        yield place / "ballast"
    finally:
        subprocess.run(["umount", place], check=True)


def fill(ballast: Path) -> None:
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


@pytest.mark.needs("namespaces")
async def test_on_a_full_disk_nothing_begins_and_what_runs_is_seen_to_its_end(tmp_path: Path, nursery: Nursery) -> None:
    with small_disk(tmp_path / "ledger") as ballast:
        async with town(tmp_path, nursery, write=SLOWLY) as it:
            number = await it.order(it.jieun, "deploy", "staging", version="v1")
            await it.phase(number, "running")
            fill(ballast)
            await _refused(it)
            assert it.deploy_row(number)["phase"] in ("running", "verifying")
            await it.come_true(lambda: it.effects("staging")[0]["at"] + 2.0 < time.time(), "time does not pass")
            assert it.deploy_row(number)["verdict"] is None
            ballast.unlink()
            assert await it.verdict(number) == "succeeded"
            await judged(it, 1)


async def _refused(it: Town) -> None:
    """A plan, and the machine's question whether the ledger writes."""
    said = await it.typed(it.minsu, "deploy", service="app", env="prod", version="v1")
    assert NOT_RECORDED in said.text, said.text
    assert it.effects("prod") == []
    async with aiohttp.ClientSession() as session, session.get(f"http://{it.listen}/healthz") as answer:
        assert answer.status == 503


@pytest.mark.needs("namespaces")
async def test_a_bot_killed_on_a_full_disk_comes_back_and_goes_on_once_there_is_room(
    tmp_path: Path, nursery: Nursery
) -> None:
    with small_disk(tmp_path / "ledger") as ballast:
        async with town(tmp_path, nursery, write=SLOWLY) as it:
            number = await it.order(it.jieun, "deploy", "staging", version="v1")
            await it.phase(number, "running")
            fill(ballast)
            await it.bot.kill()
            await it.present()
            await _refused(it)
            ballast.unlink()
            assert await it.verdict(number) == "succeeded"
            await judged(it, 1)


async def test_a_ledger_that_somebody_else_keeps_locked_refuses_and_what_runs_is_seen_to_its_end(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with town(tmp_path, nursery, write=SLOWLY) as it:
        number = await it.order(it.jieun, "deploy", "staging", version="v1")
        await it.phase(number, "running")
        with contextlib.closing(sqlite3.connect(it.ledger, isolation_level=None, timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            said = await it.typed(it.minsu, "deploy", service="app", env="prod", version="v1")
            assert NOT_RECORDED in said.text, said.text
            other.execute("ROLLBACK")
        assert await it.verdict(number) == "succeeded"
        assert it.effects("prod") == []
        await judged(it, 1)
