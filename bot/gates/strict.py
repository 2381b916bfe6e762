"""JSON of somebody else, read strictly: no NaN, no key twice, no endless nesting, only UTF-8."""

from __future__ import annotations

import json
import math
from typing import Any


def parsed(body: bytes) -> Any:
    """Raises ValueError."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("too deep") from None


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    """``1e999`` is an infinity too."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is out of range")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
