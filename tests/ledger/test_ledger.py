"""One thread, one verb at a time, and everybody told after each commit."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import LedgerUnusable, Refusal
from bot.ledger import Ledger, deploys, meta
from bot.ledger.ledger import named
from bot.model import Kind, Order
from tests.ledger.stories import JIEUN, PROD, a_plan


async def test_a_refusal_is_told_to_nobody_and_commits_nothing(path: Path) -> None:
    ledger = await Ledger.open(path)
    told: list[str] = []
    ledger.on_commit.append(told.append)

    def refuse(db: Database) -> None:
        meta.remember(db, "key", "value")
        raise Refusal("locked")

    with pytest.raises(Refusal):
        await ledger.do(refuse)
    assert await ledger.read(meta.recall, "key") is None
    assert told == []
    await ledger.close()


async def test_every_commit_is_told_on_the_event_loop(path: Path) -> None:
    ledger = await Ledger.open(path)
    told: list[tuple[str, str]] = []
    ledger.on_commit.append(lambda verb: told.append((verb, threading.current_thread().name)))
    await ledger.do(meta.remember, "key", "value")
    await ledger.read(meta.recall, "key")
    assert told == [("meta.remember", threading.current_thread().name)]
    await ledger.close()


async def test_a_caller_that_is_cancelled_does_not_undo_a_verb_that_has_begun(path: Path) -> None:
    ledger = await Ledger.open(path)
    committed = asyncio.Event()
    ledger.on_commit.append(lambda verb: committed.set())
    begun, go_on = threading.Event(), threading.Event()

    def slow(db: Database) -> None:
        begun.set()
        assert go_on.wait(30)
        meta.remember(db, "key", "value")

    caller = asyncio.create_task(ledger.do(slow))
    await asyncio.to_thread(begun.wait, 30)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await asyncio.wait_for(committed.wait(), 30)
    assert await ledger.read(meta.recall, "key") == "value"
    await ledger.close()


async def test_the_event_loop_goes_on_while_a_verb_is_slow(path: Path) -> None:
    ledger = await Ledger.open(path)
    go_on = threading.Event()

    def slow(db: Database) -> bool:
        return go_on.wait(30)

    waiting = asyncio.create_task(ledger.do(slow))
    await asyncio.sleep(0)
    go_on.set()
    assert await asyncio.wait_for(waiting, 30)
    await ledger.close()


async def test_every_verb_has_its_two_points_named_after_its_noun(path: Path) -> None:
    points: list[str] = []
    ledger = await Ledger.open(path, at=points.append)
    order = Order(Kind.DEPLOY, PROD, JIEUN, "jieun")
    deploy = await ledger.do(deploys.plan, order, lambda number, ulid: a_plan(number, "e", PROD, "b"), 5.0)
    await ledger.read(deploys.get, deploy.number)
    assert points == ["ledger.deploys.plan.before", "ledger.deploys.plan.committed"]
    await ledger.close()


def test_a_verb_of_a_package_is_named_after_the_package() -> None:
    assert [named(verb) for verb in (deploys.settle, meta.remember)] == ["deploys.settle", "meta.remember"]


async def test_verbs_run_in_the_order_in_which_they_were_asked_for_on_one_thread(path: Path) -> None:
    ledger = await Ledger.open(path)
    seen: list[tuple[int, str]] = []

    def verb(db: Database, n: int) -> None:
        seen.append((n, threading.current_thread().name))

    await asyncio.gather(*(ledger.do(verb, n) for n in range(20)))
    assert [n for n, _ in seen] == list(range(20))
    (thread,) = {name for _, name in seen}
    assert thread.startswith("slipway-ledger")
    await ledger.close()


async def test_closing_waits_for_what_was_asked_for_and_leaves_no_thread(path: Path) -> None:
    ledger = await Ledger.open(path)
    asked = asyncio.create_task(ledger.do(meta.remember, "key", "value"))
    await asyncio.sleep(0)
    await ledger.close()
    await asked
    assert not [each for each in threading.enumerate() if each.name.startswith("slipway-ledger")]
    again = await Ledger.open(path)
    assert await again.read(meta.recall, "key") == "value"
    await again.close()


async def test_a_ledger_that_could_not_be_opened_leaves_no_thread(path: Path) -> None:
    path.write_text("no database" * 1000)
    with pytest.raises(LedgerUnusable) as refused:
        await Ledger.open(path)
    assert refused.value.code == "damaged"
    assert not [each for each in threading.enumerate() if each.name.startswith("slipway-ledger")]
