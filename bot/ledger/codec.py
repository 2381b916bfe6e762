"""Values into columns and back. Dataclasses are JSON; what cannot be read back is refused when it is written."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from sqlite_utils import Database

from bot import redact

T = TypeVar("T")


def plain(value: Any) -> Any:
    """JSON data of anything. What JSON has no word for (a date in a platform's facts) becomes its text."""
    if value is None or (isinstance(value, bool | int | float) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return storable(value)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {storable(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, Set):
        return sorted((plain(each) for each in value), key=repr)
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return [plain(each) for each in value]
    return storable(str(value))


def storable(text: str) -> str:
    """Without secrets (INV11), and UTF-8: a half surrogate from a log line must not cost the row its verdict."""
    return redact.clean(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def canonical(value: Any) -> str:
    """One text per value: sorted keys, no spaces, ASCII. Raises ValueError for a number that JSON has not (NaN)."""
    return exact(plain(value))


def exact(stored: Mapping[str, Any]) -> str:
    """``canonical`` of what is stored already, byte for byte: what hashes cover."""
    return json.dumps(stored, sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_json(value: Any) -> str:
    """Raises ValueError when the text could not be read back into the same type."""
    text = json.dumps(plain(value), separators=(",", ":"), allow_nan=False)
    if is_dataclass(value):
        from_json(type(value), text)
    return text


def from_json(kind: type[T], text: str) -> T:
    """Raises pydantic.ValidationError (a ValueError)."""
    found: T = _adapter(cast(Hashable, kind)).validate_python(json.loads(text))
    return found


def from_json_or_none(kind: type[T], text: str | None) -> T | None:
    return None if text is None else from_json(kind, text)


def mapping(text: str) -> Mapping[str, Any]:
    return from_json(dict[str, Any], text)


def column(value: Any) -> str | int | float | None:
    """A column's value: text and numbers stay what they are, everything with parts becomes JSON."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, str):
        return storable(str(value))
    return to_json(value)


def columns(values: Mapping[str, Any]) -> dict[str, str | int | float | None]:
    return {name: column(value) for name, value in values.items()}


def insert(db: Database, table: str, values: Mapping[str, Any]) -> int:
    """A new row; its number where it has one."""
    made = db.table(table).insert(columns(values)).last_rowid
    assert made is not None, "a row that was inserted has a row id"
    return made


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
