"""Secrets: the file has names, the environment has values, ``NAME`` or ``NAME_FILE``. None is ever written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel

from bot import redact
from bot.config.keys import Path
from bot.config.problems import Problems
from bot.errors import ConfigErrors
from bot.model import Secret

SHORTEST = 8
"""A shorter value would be found by chance in ordinary text, and could not be masked (SAFETY: Secrets)."""

SHAPES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9._-]{20}|github_pat_|xox[abp]-|AKIA[A-Z0-9]{16}"
    r"|[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}"
)
USER_INFO = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@", re.IGNORECASE)


def fill(secrets: Iterable[tuple[Path, Secret]], environ: Mapping[str, str], problems: Problems) -> None:
    """Fill every secret in, each with the place that names it, and have its value masked everywhere from now on."""
    for place, secret in secrets:
        value = _value(secret.name, environ, place, problems)
        if value is not None:
            secret.fill(value)
            redact.register(value)


def secret(name: str, environ: Mapping[str, str]) -> str | None:
    """One secret for a command that needs no file. Raises ConfigErrors when there is a value and it is unusable."""
    if not environ.get(name) and not environ.get(f"{name}_FILE"):
        return None
    problems = Problems()
    one = Secret(name)
    fill([((), one)], environ, problems)
    if problems.lines:
        raise ConfigErrors(problems.lines)
    return one.reveal()


def is_there(name: str, environ: Mapping[str, str]) -> bool:
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def _value(name: str, environ: Mapping[str, str], place: Path, problems: Problems) -> str | None:
    direct, file = environ.get(name), environ.get(f"{name}_FILE")
    if direct and file:
        problems.add(place, f"both {name} and {name}_FILE are set; unset one")
    elif not direct and not file:
        problems.add(place, f"secret {name} has no value; set {name}, or {name}_FILE to the path of a file with it")
    else:
        value = direct or _read(name, str(file), place, problems)
        if value is None or len(value) >= SHORTEST:
            return value
        problems.add(place, f"secret {name} has only {len(value)} characters; at least {SHORTEST} are needed")
    return None


def _read(name: str, file: str, place: Path, problems: Problems) -> str | None:
    try:
        return FilePath(file).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        problems.add(place, f"{name}_FILE points to a file that cannot be read: {reason}")
    return None


def named_in(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Secret]]:
    """Every secret that a table names, with its place in the table."""
    for name, field in type(model).model_fields.items():
        yield from _named(getattr(model, name), (*path, field.alias or name))


def _named(value: object, path: Path) -> Iterator[tuple[Path, Secret]]:
    if isinstance(value, Secret):
        yield path, value
    elif isinstance(value, BaseModel):
        yield from named_in(value, path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _named(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _named(inner, (*path, index))


def refuse_written_down(table: Any, problems: Problems, path: Path = ()) -> None:
    """A value that looks like a secret, or an address with a password in it, does not belong into the file."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            refuse_written_down(value, problems, (*path, str(key)))
    elif isinstance(table, list):
        for index, value in enumerate(table):
            refuse_written_down(value, problems, (*path, index))
    elif isinstance(table, str) and (SHAPES.search(table) or USER_INFO.search(table)):
        problems.hush(path, "looks like a secret; secrets come from the environment, never from this file")
