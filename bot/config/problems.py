"""pydantic's errors as one line each: the key, what is wrong, what to write. Never a value that may be secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config import later
from bot.config.keys import Path, did_you_mean, dotted, meant
from bot.model import Secret

T = TypeVar("T", bound=BaseModel)
Where = Callable[[Path], Path]


class Problems:
    """Every problem of a file in the order found, each said once, each on one line."""

    def __init__(self) -> None:
        self._lines: dict[str, None] = {}
        self._hushed: set[str] = set()

    def add(self, path: Sequence[str | int] | str, sentence: str) -> None:
        key = path if isinstance(path, str) else dotted(path)
        if key not in self._hushed:
            line = f"{key}: {sentence}"
            self._lines["".join(char if char.isprintable() else " " for char in line)] = None

    def hush(self, path: Sequence[str | int], sentence: str) -> None:
        """A problem whose value must not be repeated: from now on no other line speaks of that key."""
        self.add(path, sentence)
        self._hushed.add(dotted(path))

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)


def judge(
    model: type[T], table: object, problems: Problems, where: Where, *, also: Iterable[str] = (), partial: bool = False
) -> T | None:
    """The model, or None after its problems were added.

    ``where`` maps a place inside the table to a place in the file. ``also``: names that are known here too, for
    suggestions. ``partial``: the table is a part that others complete: what is missing is no problem of this one.
    """
    try:
        return model.model_validate(table)
    except ValidationError as error:
        found = error.errors(include_url=False)
    typed = _mistyped(model, found, also)
    for one in found:
        path = tuple(one["loc"])
        if one["type"] == "missing" and (partial or _names(path) in typed):
            continue
        if (not path and partial) or _is_echo(one):
            continue
        more = [*(also if len(path) == 1 else ()), *later.names(where(path)[:-1])]
        problems.add(where(path), _sentence(one, model, path, more))
    return None


def _is_echo(one: ErrorDetails) -> bool:
    """pydantic calls a list too short when its items failed: those have lines of their own."""
    return one["type"] == "too_short" and len(one["input"]) >= one["ctx"]["min_length"]


def _names(path: Path) -> tuple[str, ...]:
    return tuple(str(part) for part in path)


def _mistyped(model: type[BaseModel], found: Sequence[ErrorDetails], also: Iterable[str]) -> set[tuple[str, ...]]:
    """Keys that an unknown key probably stands for: that they are missing too needs no line of its own."""
    unknown = [tuple(one["loc"]) for one in found if one["type"] == "extra_forbidden"]
    return {
        (*_names(path[:-1]), word)
        for path in unknown
        for word in meant(str(path[-1]), [*keys_at(model, path[:-1]), *also])
    }


def keys_at(model: object, path: Path) -> list[str]:
    """The names that a table may hold at a place inside a model; empty where any name may stand."""
    for part in path:
        model = _inside(model, part)
    table = next((kind for kind in _alternatives(model) if _is_table(kind)), None)
    return [field.alias or name for name, field in table.model_fields.items()] if table else []


def _inside(model: object, part: str | int) -> object:
    for kind in _alternatives(model):
        if _is_table(kind):
            fields = kind.model_fields.items()
            return next((field.annotation for name, field in fields if part in (name, field.alias)), None)
        if get_origin(kind) in (list, tuple, dict):
            inner = get_args(kind)
            return inner[1] if get_origin(kind) is dict else inner[0]
    return None


def _alternatives(model: object) -> list[Any]:
    """``Annotated[X, …]`` → X, ``X | None`` → X."""
    if get_origin(model) is Annotated:
        return _alternatives(get_args(model)[0])
    if get_origin(model) in (Union, UnionType):
        return [inner for kind in get_args(model) for inner in _alternatives(kind)]
    return [model]


def _is_table(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _sentence(one: ErrorDetails, model: type[BaseModel], path: Path, also: Iterable[str]) -> str:
    known = keys_at(model, path[:-1]) if path else []
    if one["type"] == "extra_forbidden":
        names = [*known, *also]
        return "unknown key" + (did_you_mean(str(path[-1]), names) or f"; known here: {', '.join(names)}")
    if path and path[-1] == "[key]":
        return str(one.get("ctx", {}).get("error", one["msg"]))
    if _is_secret(model, path):
        return "must be the name of a secret (like SSH_PRIVATE_KEY); its value comes from the environment"
    return _plain(one)


def _is_secret(model: object, path: Path) -> bool:
    for part in path:
        model = _inside(model, part)
    return Secret in _alternatives(model)


def _plain(one: ErrorDetails) -> str:
    context: Mapping[str, Any] = one.get("ctx", {})
    if one["type"] == "value_error":
        return str(context["error"])
    if one["type"] in ("literal_error", "enum"):
        return _choice(one["input"], str(context["expected"]))
    if one["type"] in PHRASES:
        return PHRASES[one["type"]].format(**context)
    return one["msg"][:1].lower() + one["msg"][1:]


def _choice(value: object, expected: str) -> str:
    if value in later.VALUES:
        return f'"{value}" is {later.SENTENCE}'
    words = [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(",")]
    hint = did_you_mean(str(value), words)
    return f'"{str(value)[:40]}" is not one of {", ".join(words)}{hint}'


PHRASES = {
    "missing": "is missing",
    "string_type": "must be text, in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "string_pattern_mismatch": "has a form that is not allowed (wanted: {pattern})",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
}
