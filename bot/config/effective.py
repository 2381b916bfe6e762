"""A target's effective values, one a line, each with the place it came from: ``check --explain SERVICE/ENV``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, BeforeValidator

from bot.config.config import Effective
from bot.config.inherit import Origins, origin
from bot.config.keys import Path, dotted
from bot.model import Secret
from bot.model.duration import seconds, written

SPECIAL: dict[Path, str] = {
    ("title",): "default (the service's name)",
    ("page",): "default (true for the last of the chain)",
    ("policy", "rollback"): "default (deploy and on-call)",
}


def effective(table: BaseModel, merged: Mapping[str, Any], origins: Origins) -> Iterator[Effective]:
    """Every value of an environment: as the file writes it, or the default."""
    for path, default in _values(table, ()):
        found, value = _look_up(merged, path)
        source = dotted(origin(origins, path)) if found else SPECIAL.get(path, "default")
        yield Effective(dotted(path), _shown(value) if found else default, source)


def _look_up(merged: Any, path: Path) -> tuple[bool, Any]:
    for part in path:
        if not isinstance(merged, Mapping) or part not in merged:
            return False, None
        merged = merged[part]
    return True, merged


def _values(table: BaseModel, path: Path) -> Iterator[tuple[Path, str]]:
    for name, field in type(table).model_fields.items():
        value, here = getattr(table, name), (*path, field.alias or name)
        if isinstance(value, BaseModel):
            yield from _values(value, here)
        elif any(isinstance(mark, BeforeValidator) and mark.func is seconds for mark in field.metadata):
            yield here, _shown(None if value is None else written(value))
        else:
            yield here, _shown(value)


def _shown(value: object) -> str:
    """TOML's own way, so that a line can be copied into the file."""
    if value is None:
        return "none"
    if isinstance(value, Secret):
        return json.dumps(value.name)
    if isinstance(value, BaseModel):
        return _shown({field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()})
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_shown(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(inner) for inner in value) + "]"
    return json.dumps(value if isinstance(value, str | bool | int | float) else str(value), ensure_ascii=False)
