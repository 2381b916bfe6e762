"""What lies in a queue that hints are fetched from: taken once, deleted afterwards, and never in anybody's way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot import metrics
from bot.errors import AdapterError, LedgerUnwritable
from bot.ledger import Ledger
from bot.model import Hint, ServiceHint
from bot.ports import Letter
from bot.webhooks import Letters
from bot.webhooks.letters import FIRST, LONGEST, OLDEST
from tests.engine.world import Clock
from tests.webhooks.signing import EVENT

HEARD = ServiceHint("123456789012", "ap-northeast-2", "prod-cluster", "prod-service")
AWAY = AdapterError("ecs", "unreachable", retry=True)
FORBIDDEN = AdapterError("ecs", "forbidden", retry=False, action="sqs:DeleteMessage")


@dataclass
class Box:
    """A queue in memory: what is not deleted comes again. ``done``, in order. ``trouble``: of the next calls."""

    name: str = "seoul"
    waiting: list[Letter] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    trouble: list[AdapterError] = field(default_factory=list)
    at_deleting: list[AdapterError] = field(default_factory=list)

    def put(self, event: object, sent_at: float | None = None) -> None:
        text = event if isinstance(event, str) else json.dumps(event)
        self.waiting.append(Letter(f"handle-{len(self.waiting) + len(self.deleted)}", text, sent_at))

    async def receive(self) -> Sequence[Letter]:
        if self.trouble:
            raise self.trouble.pop(0)
        return self.waiting[:10]

    async def delete(self, letters: Sequence[Letter]) -> None:
        if self.at_deleting:
            raise self.at_deleting.pop(0)
        self.done.append("deleted")
        self.deleted += [one.text for one in letters]
        self.waiting = [one for one in self.waiting if one not in letters]

    async def diagnose(self) -> Sequence[tuple[str, bool | None, dict[str, object]]]:
        return []


@dataclass
class Fetched:
    ledger: Ledger
    clock: Clock
    path: Path
    box: Box = field(default_factory=Box)
    heard: list[Hint] = field(default_factory=list)
    letters: Letters = field(init=False)

    def __post_init__(self) -> None:
        self.letters = Letters(self.ledger, self.box, self.hear, self.clock.now, self.clock.monotonic)

    async def hear(self, hint: Hint) -> None:
        self.heard.append(hint)
        self.box.done.append("told")


@asynccontextmanager
async def fetching(folder: Path) -> AsyncIterator[Fetched]:
    clock = Clock()
    ledger = await Ledger.open(folder / "ledger.db", clock=clock.now, busy=0.2)
    try:
        yield Fetched(ledger, clock, folder / "ledger.db")
    finally:
        await ledger.close()


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Fetched]:
    async with fetching(tmp_path) as found:
        yield found


def event(number: int = 1, **changed: object) -> dict[str, Any]:
    return {**EVENT, "id": f"event-{number}", **changed}


def counted(name: str, outcome: str) -> float:
    labels = {"source": "sqs", "event": name, "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("slipway_webhook_deliveries_total", labels) or 0.0


def reached() -> float | None:
    return metrics.REGISTRY.get_sample_value("slipway_hint_queue_reached", {"queue": "seoul"})


async def test_an_event_is_told_and_then_deleted_and_the_next_fetch_comes_at_once(it: Fetched) -> None:
    before = counted("deployment", "heard")
    it.box.put(event())
    assert await it.letters.look() == 0.0
    assert it.heard == [HEARD]
    assert it.box.waiting == []
    assert it.box.done == ["told", "deleted"]
    assert counted("deployment", "heard") == before + 1
    assert reached() == 1


async def test_what_cannot_be_recorded_is_neither_told_nor_deleted(it: Fetched) -> None:
    it.box.put(event())
    with closing(sqlite3.connect(it.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnwritable):
            await it.letters.look()
    assert (it.heard, it.box.deleted) == ([], [])
    await it.letters.look()
    assert it.heard == [HEARD]
    assert len(it.box.deleted) == 1


async def test_a_death_between_told_and_deleted_tells_nobody_twice(tmp_path: Path) -> None:
    async with fetching(tmp_path) as first:
        first.box.put(event())
        first.box.at_deleting.append(AWAY)
        await first.letters.look()
        assert first.heard == [HEARD]
    async with fetching(tmp_path) as second:
        second.box.put(event())
        await second.letters.look()
        assert second.heard == []
        assert second.box.waiting == []


async def test_ten_events_of_one_rollout_wake_its_follower_once(it: Fetched) -> None:
    for number in range(10):
        it.box.put(event(number))
    await it.letters.look()
    assert it.heard == [HEARD]
    assert len(it.box.deleted) == 10


@pytest.mark.parametrize("text", ["", "{", "[]", "an order", json.dumps({**EVENT, "source": "shop"}), "[" * 100_000])
async def test_what_is_no_event_of_ecs_is_left_to_the_dead_letters(it: Fetched, text: str) -> None:
    before = counted("other", "garbled")
    it.box.put(text)
    assert await it.letters.look() == FIRST
    assert (it.heard, it.box.deleted) == ([], [])
    assert counted("other", "garbled") == before + 1


async def test_one_that_is_garbled_holds_up_nobody_else(it: Fetched) -> None:
    it.box.put("garbled")
    it.box.put(event())
    assert await it.letters.look() == 0.0
    assert it.heard == [HEARD]
    assert [one.text for one in it.box.waiting] == ["garbled"]


async def test_a_queue_that_is_somebody_elses_is_asked_ever_more_seldom_and_not_emptied(it: Fetched) -> None:
    for number in range(100):
        it.box.put(f"order {number}")
    pauses = [await it.letters.look() for _ in range(8)]
    assert pauses == [1, 2, 4, 8, 16, 32, LONGEST, LONGEST]
    assert it.box.deleted == []


async def test_an_event_that_nobody_waits_for_is_deleted(it: Fetched) -> None:
    it.box.put(event(1, **{"detail-type": "ECS Container Instance State Change"}))
    await it.letters.look()
    assert it.heard == []
    assert len(it.box.deleted) == 1


async def test_what_concerns_no_target_here_is_deleted_and_not_even_remembered(it: Fetched) -> None:
    it.letters.concerns = lambda hint: hint != HEARD
    it.box.put(event())
    await it.letters.look()
    assert (it.heard, len(it.box.deleted)) == ([], 1)
    assert await it.ledger.read(lambda db: db.table("deliveries").count) == 0


async def test_what_lay_there_while_the_bot_was_away_is_deleted_without_waking_anybody(it: Fetched) -> None:
    it.box.put(event(1), sent_at=it.clock.now() - OLDEST - 1)
    await it.letters.look()
    assert it.heard == []
    it.box.put(event(2), sent_at=it.clock.now() - OLDEST + 1)
    await it.letters.look()
    assert it.heard == [HEARD]
    assert len(it.box.deleted) == 2


async def test_a_queue_that_is_away_is_said_once_asked_more_seldom_and_back_at_once_when_it_answers(
    it: Fetched, logged: list[structlog.typing.EventDict]
) -> None:
    it.box.trouble = [AWAY] * 9
    assert [await it.letters.look() for _ in range(9)] == [1, 2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST]
    assert reached() == 0
    it.box.put(event())
    assert await it.letters.look() == 0.0
    assert it.heard == [HEARD]
    assert reached() == 1
    assert [line["event"] for line in logged if line["event"].startswith("queue_")] == ["queue_away", "queue_back"]


async def test_another_reason_to_be_away_is_said_again(it: Fetched, logged: list[structlog.typing.EventDict]) -> None:
    it.box.trouble = [AWAY, AWAY, FORBIDDEN, FORBIDDEN]
    for _ in range(4):
        await it.letters.look()
    assert [line["reason"] for line in logged if line["event"] == "queue_away"] == ["unreachable", "forbidden"]


async def test_who_may_not_delete_is_told_of_it_and_wakes_nobody_twice(it: Fetched) -> None:
    it.box.put(event())
    it.box.at_deleting = [FORBIDDEN] * 3
    assert [await it.letters.look() for _ in range(3)] == [1, 2, 4]
    assert it.heard == [HEARD]
    assert reached() == 0


async def test_an_empty_answer_that_did_not_wait_is_no_reason_to_ask_at_once(it: Fetched) -> None:
    assert [await it.letters.look() for _ in range(3)] == [1, 2, 4]
