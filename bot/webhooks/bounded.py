"""JSON of a stranger's making, with limits: bytes and parts before it is built, depth before it is used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

SIZE = 1024 * 1024  # bytes of a body; GitHub's own limit is 25 MB, which only pushes of thousands of commits come near
DEPTH = 32
PARTS = 20_000  # objects and lists, brackets in texts counted too: looking inside texts would cost more than it saves
VALUES = 100_000


def parsed(body: bytes) -> Any:
    """Raises ValueError: not UTF-8, no JSON, too many parts, too deep."""
    if body.count(b"{") + body.count(b"[") > PARTS or body.count(b",") > VALUES:
        raise ValueError("too many parts")
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("too deep") from None
    _measure([found])
    return found


def _measure(level: Sequence[Any]) -> None:
    for _ in range(DEPTH):
        level = [inner for one in level for inner in _parts(one)]
        if not level:
            return
    raise ValueError("too deep")


def _parts(value: Any) -> Sequence[Any]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inside if isinstance(one, dict | list)]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
