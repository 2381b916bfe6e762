"""The service's own log: files of the config, else those its unit names, else the journal."""

from __future__ import annotations

import re
from pathlib import Path

from . import systemd
from .files import tail
from .place import Place
from .run import run
from .said import Said


def paths(place: Place) -> list[str]:
    if place.logs:
        return list(place.logs)
    try:
        shown = systemd.show(place.unit, ("LoadState", "StandardOutput", "StandardError"))
    except Said:
        return []
    named = [shown.get(name, "") for name in ("StandardOutput", "StandardError")]
    if any(re.fullmatch(r"file|append|truncate", text) for text in named):
        named = written(place.unit)  # systemctl show tells the way and keeps the path for itself (seen with 252)
    found = [re.match(r"(?:file|append|truncate):(/.*)", text) for text in named]
    return sorted({match.group(1) for match in found if match})


def written(unit: str) -> list[str]:
    """The last word of the unit's files, drop-ins included, on its two outputs."""
    rows = re.findall(r"^(StandardOutput|StandardError)\s*=\s*(\S.*?)\s*$", _cat(unit), re.MULTILINE)
    return list(dict(rows).values())


def _cat(unit: str) -> str:
    return run(["systemctl", "cat", "--no-pager", "--", unit], 10.0).out


def marks(place: Place) -> dict[str, int]:
    """How long each file is now: what comes after is the new instance's."""
    return {path: _size(path) for path in paths(place)}


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def read(place: Place, lines: int, since: dict[str, int] | None = None, at: float = 0.0) -> list[str]:
    """The last lines; with ``since`` (marks) and ``at`` (epoch) only what came after."""
    found = paths(place)
    if found:
        rows: list[str] = []
        for path in found:
            rows += tail(Path(path), lines, (since or {}).get(path, 0))
        return rows[-lines:]
    return journal(place, lines, at)


def journal(place: Place, lines: int, at: float) -> list[str]:
    when = ["--since", f"@{int(at)}"] if at else []
    form = ["--no-pager", "--quiet", "--output=cat", f"--lines={lines}"]
    got = run(["journalctl", *form, *when, "--unit", place.unit], 15.0)
    return [line[:500] for line in got.out.splitlines()[-lines:]]
