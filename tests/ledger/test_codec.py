"""Everything that goes in comes out again as it was, except secrets, which never get in (INV11)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import redact
from bot.ledger import codec, deploys
from bot.ledger.connection import connect
from bot.ledger.rows import AuditRow, NewLock, NewPing, Refused, Shown
from bot.model import (
    Attempt,
    AttemptRow,
    Commits,
    Evidence,
    Failure,
    Finding,
    Health,
    Kind,
    Known,
    Lock,
    Order,
    Person,
    Plan,
    Progress,
    Ref,
    Step,
    Verdict,
    Version,
    Vote,
)
from tests.ledger.stories import JIEUN, PROD, Story, a_plan

SECRET = "kept-out-of-every-ledger-7f3a"

words = st.text(st.characters(codec="utf-8"), max_size=12).filter(lambda text: redact.clean(text) == text)
floats = st.floats(allow_nan=False, allow_infinity=False)
leaves = st.none() | st.booleans() | floats | st.integers(-(2**53), 2**53) | words
data = st.dictionaries(
    words,
    st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)),
    max_size=3,
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: words,
    float: floats,
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    type(None): st.none(),
    Mapping[str, Any]: data,
    Mapping[str, int]: st.dictionaries(words, st.integers(0, 2**53), max_size=3),
    frozenset[str]: st.frozensets(words, max_size=3),
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a noun's field. KeyError for a type that no noun had when this was written."""
    if isinstance(hint, type) and is_dataclass(hint):
        fields = {name: of(each) for name, each in get_type_hints(hint).items()}
        return st.builds(hint, **fields)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if isinstance(hint, UnionType) or get_origin(hint) is Union:
        return st.one_of([of(each) for each in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(of(get_args(hint)[0]), max_size=2).map(tuple)
    return SIMPLE[hint]


KINDS = (
    Attempt,
    AttemptRow,
    AuditRow,
    Commits,
    Evidence,
    Failure,
    Finding,
    Health,
    Known,
    Lock,
    NewLock,
    NewPing,
    Order,
    Person,
    Plan,
    Progress,
    Ref,
    Refused,
    Shown,
    Step,
    Version,
    Vote,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(draw=st.data())
def test_every_noun_reads_back_as_it_was_written(kind: type[Any], draw: st.DataObject) -> None:
    value = draw.draw(of(kind))
    assert codec.from_json(kind, codec.to_json(value)) == value


@given(value=data)
def test_one_value_has_one_canonical_text(value: dict[str, Any]) -> None:
    text = codec.canonical(value)
    assert text.isascii()
    assert codec.canonical(dict(reversed(value.items()))) == text
    assert codec.canonical(json.loads(text)) == text


def test_a_value_that_could_not_be_read_back_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="instance"):
        codec.to_json(Evidence("a" * 40, "socket", None, 5.0))  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        codec.to_json(Health(ok=True, tries=1, ms=float("nan")))


def test_a_half_surrogate_in_a_log_line_does_not_cost_the_row_its_verdict(story: Story) -> None:
    failure = Failure("start_failed", "restart", {"line\udcff": "a\udcff"}, ("broken \udcff byte",))
    settled = story.settle(story.running(), Verdict.FAILED, failure=failure, ended_by_name="\ud800")
    assert settled.failure is not None
    assert settled.failure.log == (r"broken \udcff byte",)
    assert settled.ended_by_name == r"\ud800"


def test_a_vendors_own_types_in_facts_become_their_text() -> None:
    facts = {"at": datetime(2026, 1, 2, tzinfo=UTC), "n": Decimal("1.5"), "set": {2, 1}, 7: b"raw", "p": Path("/x")}
    assert json.loads(codec.canonical(facts)) == {
        "at": "2026-01-02 00:00:00+00:00",
        "n": "1.5",
        "set": [1, 2],
        "7": "b'raw'",
        "p": "/x",
    }


def test_no_secret_gets_into_the_file_whichever_way_it_comes(story: Story, path: Path) -> None:
    redact.register(SECRET)
    order = Order(Kind.DEPLOY, PROD, JIEUN, f"jieun {SECRET}", SECRET, f"because {SECRET}")
    story.do(deploys.plan, order, lambda number, ulid: a_plan(number, "e", PROD, "b"), 5.0)
    running = story.running()
    failure = Failure("start_failed", "restart", {SECRET: [SECRET]}, (f"password={SECRET}",))
    story.settle(running, Verdict.FAILED, code="start_failed", facts={"why": SECRET}, failure=failure)
    story.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert SECRET.encode() not in path.read_bytes()
    with_it = connect(path)
    with_it.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", [SECRET])
    with_it.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with_it.close()
    assert SECRET.encode() in path.read_bytes(), "this search would not have found it"


def test_no_table_has_a_column_for_secrets(story: Story) -> None:
    names = {column.name for table in story.db.tables for column in table.columns}
    assert not {name for name in names if any(word in name for word in ("secret", "token", "password", "key_"))}


def test_every_table_is_strict(story: Story) -> None:
    loose = [
        table.name for table in story.db.tables if not table.strict and not table.name.startswith(("_", "sqlite_"))
    ]
    assert loose == []
    assert len(story.db.table_names()) > 8
