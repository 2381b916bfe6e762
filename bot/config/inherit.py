"""What a service says once and its environments inherit, key by key; and where each effective value came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.config.keys import Path

Origins = dict[Path, Path]
"""Place in the effective table → place in the file. A table's own place is the most special one that opens it."""


def inherit(
    general: Mapping[str, Any], special: Mapping[str, Any], at: Sequence[Path]
) -> tuple[dict[str, Any], Origins]:
    """Tables are merged, everything else (lists too) is replaced. ``at``: the file's places of the two tables."""
    origins: Origins = {}
    merged = _merge(general, special, (tuple(at[0]), tuple(at[1])), (), origins)
    origins[()] = tuple(at[1])
    return merged, origins


def _merge(
    general: Mapping[str, Any], special: Mapping[str, Any], at: tuple[Path, Path], path: Path, origins: Origins
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in [*general, *(key for key in special if key not in general)]:
        here = (*path, key)
        upper, lower = general.get(key), special.get(key)
        origins[here] = (*at[1], *here) if key in special else (*at[0], *here)
        if isinstance(lower if key in special else upper, Mapping):
            merged[key] = _merge(_table(upper), _table(lower), at, here, origins)
        else:
            merged[key] = lower if key in special else upper
    return merged


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def origin(origins: Origins, path: Path) -> Path:
    """The place in the file of an effective place; a missing key's is inside the table that should hold it."""
    for length in range(len(path), -1, -1):
        if path[:length] in origins:
            return (*origins[path[:length]], *path[length:])
    return path
