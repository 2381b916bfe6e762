"""One key of the target's own env files. Only its value leaves the host, and only where it can be nobody's password."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from . import masks
from .place import Place

VALUE = re.compile(r"[A-Za-z0-9._:/@+][A-Za-z0-9._:/@+-]{0,199}", re.ASCII)
LARGEST = 1_000_000  # bytes


class Line(NamedTuple):
    """Where a key is set: ``number`` counts from 0; ``head`` is all before the value, ``quote`` around it or ""."""

    path: Path
    number: int
    head: str
    quote: str
    value: str

    @property
    def plain(self) -> bool:
        return bool(VALUE.fullmatch(self.value))


def find(place: Place, key: str) -> Line | None:
    """The one line of the shared env files that sets ``key``. None: no line, several, or not a plain value."""
    found = all_of(place, key)
    return found[0] if len(found) == 1 and found[0].plain else None


def all_of(place: Place, key: str) -> list[Line]:
    return [line for path in files(place) for line in _lines(path, key)]


def files(place: Place) -> list[Path]:
    return [place.shared_root / name for name in place.shared if masks.is_env(name)]


def _lines(path: Path, key: str) -> list[Line]:
    """What continues the line before (a backslash at its end) has no value of its own."""
    try:
        text = path.read_bytes().decode() if path.stat().st_size <= LARGEST else ""
    except (OSError, UnicodeDecodeError):
        return []
    rows = text.split("\n")
    wanted = re.compile(r"(\s*(?:export\s+)?" + re.escape(key) + r"\s*=\s*)(\"|'|)(.*?)\2\s*", re.ASCII)
    matches = ((number, wanted.fullmatch(line)) for number, line in enumerate(rows))
    found = [Line(path, number, got[1], got[2], got[3]) for number, got in matches if got]
    return [line._replace(value="") if _continues(rows, line.number) else line for line in found]


def _continues(rows: list[str], number: int) -> bool:
    return number > 0 and rows[number - 1].rstrip("\r").endswith("\\")


def with_value(data: bytes, line: Line, value: str) -> bytes | None:
    """The same bytes with another value in that line. None: it is not that line any more."""
    rows = data.split(b"\n")
    old = (line.head + line.quote + line.value).encode()
    if line.number >= len(rows) or not rows[line.number].startswith(old):
        return None
    rest = rows[line.number][len(old) :]
    if rest.strip() != line.quote.encode():
        return None
    rows[line.number] = (line.head + line.quote + value).encode() + rest
    return b"\n".join(rows)
