"""One key of the target's own env files. Only its value leaves the host, and only where it can be nobody's password."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from . import masks
from .place import Place

VALUE = re.compile(r"[A-Za-z0-9._:/@+-]{1,200}", re.ASCII)
LARGEST = 1_000_000  # bytes


class Line(NamedTuple):
    """Where a key is set: ``number`` counts from 0; ``head`` is all before the value, ``quote`` around it or ""."""

    path: Path
    number: int
    head: str
    quote: str
    value: str


def find(place: Place, key: str) -> Line | None:
    """The one line of the shared env files that sets ``key``. None: no line, several, or not a plain value."""
    found = [line for path in files(place) for line in _lines(path, key)]
    return found[0] if len(found) == 1 and VALUE.fullmatch(found[0].value) else None


def files(place: Place) -> list[Path]:
    return [place.shared_root / name for name in place.shared if masks.is_env(name)]


def _lines(path: Path, key: str) -> list[Line]:
    try:
        text = path.read_text() if path.stat().st_size <= LARGEST else ""
    except (OSError, UnicodeDecodeError):
        return []
    wanted = re.compile(r"(\s*(?:export\s+)?" + re.escape(key) + r"\s*=\s*)(\"|'|)(.*?)\2\s*", re.ASCII)
    matches = ((number, wanted.fullmatch(line)) for number, line in enumerate(text.split("\n")))
    return [Line(path, number, got[1], got[2], got[3]) for number, got in matches if got]
