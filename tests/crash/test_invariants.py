"""The oracle itself: of a story that ended well, one thing after the other is made untrue, and each is found."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash import invariants
from tests.crash.child import Nursery
from tests.crash.config_file import FIRST
from tests.crash.invariants import Facts
from tests.crash.town import town
from tests.crash.walk import facts

TARGET = "app/prod"
OTHER = "f" * 40


@pytest.fixture(scope="module")
def ended(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """One deploy of production, approved, succeeded; and one that failed before its switch."""

    async def tell() -> Facts:
        async with town(tmp_path_factory.mktemp("ended"), nursery) as it:
            number = await it.order(it.jieun, "deploy", "prod", version="v1")
            await it.haneul.react(await it.asking(number), "✅")
            await it.verdict(number)
            it.fault("staging", "step")
            await it.verdict(await it.order(it.jieun, "deploy", "staging", version="bad"))
            await it.quiet()
            found = facts(it, 2)
            return replace(found, effects=sorted(found.effects, key=lambda effect: effect.began))

    return asyncio.run(tell())


def test_nothing_is_wrong_with_a_story_that_ended_well(ended: Facts) -> None:
    assert invariants.broken(ended) == []


def _first(ended: Facts, **changes: object) -> Facts:
    return replace(ended, effects=[replace(ended.effects[0], **changes), *ended.effects[1:]])  # type: ignore[arg-type]


WORLDS: list[tuple[str, Callable[[Facts], Facts]]] = [
    (
        "INV1",
        lambda it: replace(it, effects=[*it.effects, replace(it.effects[1], attempt="x", began=it.effects[1].began)]),
    ),
    ("INV2", lambda it: replace(it, effects=[*it.effects, it.effects[0]])),
    ("INV2", lambda it: replace(it, effects=[replace(it.effects[0], attempt="stranger"), *it.effects])),
    ("INV2", lambda it: _first(it, began=it.effects[0].began - 60)),
    ("INV3", lambda it: replace(it, approvals={TARGET: 2})),
    ("INV3", lambda it: replace(it, people=dict.fromkeys(it.people, frozenset({"approver"})))),
    ("INV4", lambda it: _first(it, to=OTHER)),
    ("INV4", lambda it: _first(it, target="app/staging")),
    ("INV5", lambda it: replace(it, ordered=3)),
    ("INV5", lambda it: replace(it, messages=[*it.messages, it.messages[0]])),
    ("INV5", lambda it: replace(it, messages=it.messages[1:])),
    ("INV5", lambda it: replace(it, messages=[replace(one, content="✅ Deployed") for one in it.messages])),
    ("INV6", lambda it: replace(it, serving={**it.serving, TARGET: FIRST})),
    ("INV6", lambda it: replace(it, effects=it.effects[1:])),
    ("INV12", lambda it: replace(it, effects=[replace(it.effects[0], attempt="stranger"), *it.effects])),
]


@pytest.mark.parametrize(("invariant", "change"), WORLDS)
def test_a_world_that_is_otherwise_is_found(ended: Facts, invariant: str, change: Callable[[Facts], Facts]) -> None:
    assert any(said.startswith(f"{invariant} ") for said in invariants.broken(change(ended)))


ROWS = [
    ("INV5", "UPDATE deploys SET phase = 'running', verdict = NULL, settled_at = NULL WHERE number = 1"),
    ("INV5", "INSERT INTO cards (deploy, kind, nonce, marker, made_at) VALUES (2, 'failed', 'n', 'm', 1)"),
    ("INV5", "DELETE FROM cards WHERE kind = 'failed'"),
    ("INV5", "UPDATE cards SET drawn = 0 WHERE kind = 'card'"),
    ("INV6", "UPDATE deploys SET evidence = NULL WHERE number = 1"),
    ("INV6", "UPDATE deploys SET health = json_set(health, '$.ok', json('false')) WHERE number = 1"),
    ("INV7", "UPDATE attempts SET outcome = NULL, ended_at = NULL WHERE deploy = 1"),
    ("INV12", "UPDATE deploys SET requester = '1' WHERE number = 2"),
    ("INV12", "UPDATE deploys SET screen = screen + 1, revision = revision + 1 WHERE number = 1"),
    ("INV13", "INSERT INTO votes VALUES ('1', '1', 'approve', 'button', 99, 'x', 1.0, NULL)"),
]


@pytest.mark.parametrize(("invariant", "sql"), ROWS)
def test_a_ledger_that_says_otherwise_is_found(ended: Facts, tmp_path: Path, invariant: str, sql: str) -> None:
    copy = Path(shutil.copy(ended.ledger, tmp_path / "slipway.db"))
    with contextlib.closing(sqlite3.connect(copy)) as db, db:
        db.execute(sql)
    people = {**ended.people, "1": frozenset({"deployer"})}
    assert any(
        said.startswith(f"{invariant} ") for said in invariants.broken(replace(ended, ledger=copy, people=people))
    )
