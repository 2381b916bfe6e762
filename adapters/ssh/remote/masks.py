"""Every value of the target's env files (8 characters and more) is masked before a line leaves the host.

But for the model's id, where a key names it: it stands on cards, and a log that hides it hides what went wrong.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterable, Sequence

from . import systemd
from .place import Place
from .said import Said

SHORTEST = 8
MASK = "***"


def files(place: Place, shown: dict[str, str] | None = None) -> list[Path]:
    """Shared env files, and those that the unit names itself; ``shown``: what systemd has just said of it."""
    own = [place.shared_root / name for name in place.shared if is_env(name)]
    try:
        said = systemd.show(place.unit, ("LoadState", "EnvironmentFiles")) if shown is None else shown
    except Said:
        said = {}
    named = said.get("EnvironmentFiles", "")
    paths = [Path(path) for path in re.findall(r"^(/.+?)(?: \(|$)", named, re.MULTILINE)]
    return own + [path for path in paths if path not in own]


def is_env(name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    return base == ".env" or base.startswith(".env.") or base.endswith(".env")


def secrets(paths: Iterable[Path], shown: str | None = None) -> list[str]:
    """The values, longest first, so that no part of one is left beside a shorter one.

    ``shown``: a key whose value is none.
    """
    found: set[str] = set()
    for path in paths:
        try:
            text = path.read_text(errors="replace")
        except OSError:
            continue
        for line in text.splitlines():
            found.update(_values(line, shown))
    return sorted((value for value in found if len(value) >= SHORTEST), key=len, reverse=True)


def _values(line: str, shown: str | None) -> Sequence[str]:
    line = line.strip()
    if line.startswith("#") or "=" not in line:
        return ()
    if shown and line.split("=", 1)[0].split()[-1:] == [shown]:
        return ()
    raw = line.split("=", 1)[1].strip()
    bare = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "'\"" else raw
    return raw, bare, bare.split(" #", 1)[0].strip()


def of(place: Place) -> list[str]:
    return secrets(files(place), place.model_key)


def mask(text: str, values: Sequence[str]) -> str:
    for value in values:
        text = text.replace(value, MASK)
    return re.sub(r"(?<=://)[^/@\s]+@", MASK + "@", text)


def within(data: Any, values: Sequence[str]) -> Any:
    """The same data with every text in it masked."""
    if isinstance(data, str):
        return mask(data, values)
    if isinstance(data, list):
        return [within(item, values) for item in data]
    if isinstance(data, dict):
        return {name: within(item, values) for name, item in data.items()}
    return data
