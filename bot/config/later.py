"""Public names whose code does not exist yet: refused with a clear word, never silently ignored.

Whoever builds one of them takes its line away here and adds the fields to ``bot.config.shape``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.config.keys import Path

LATER: tuple[tuple[str, ...], ...] = (("alerts",),)
VALUES = ("overlap",)
SENTENCE = "not available in this version; take it out"


def take_out(file: dict[str, Any]) -> tuple[dict[str, Any], list[Path]]:
    """The file without them, and where they stood."""
    found: list[Path] = []
    for pattern in LATER:
        file = _without(file, pattern, found, ())
    return file, found


def names(table: Path) -> list[str]:
    """What a table will be able to hold: known to suggestions already."""
    return [pattern[-1] for pattern in LATER if _fits(pattern[:-1], table)]


def _fits(pattern: tuple[str, ...], table: Path) -> bool:
    return len(pattern) == len(table) and all(word in ("*", part) for word, part in zip(pattern, table, strict=True))


def _without(table: Any, pattern: tuple[str, ...], found: list[Path], path: Path) -> Any:
    if not isinstance(table, Mapping):
        return table
    here = list(table) if pattern[0] == "*" else [name for name in pattern[:1] if name in table]
    left = dict(table)
    for name in here:
        if len(pattern) == 1:
            found.append((*path, name))
            del left[name]
        else:
            left[name] = _without(left[name], pattern[1:], found, (*path, name))
    return left
