"""Layout ``in_place``: which environment each version ran in, so that going back builds nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from . import files, git
from .place import Place

LIVE = ""  # the directory itself, never moved so far


def _file(place: Place) -> Path:
    return place.root / "versions.json"


def rows(place: Place) -> dict[str, dict[str, Any]]:
    found = files.read_json(_file(place))
    return found if isinstance(found, dict) else {}


def record(place: Place, sha: str, venv: str | None) -> None:
    files.write_json(_file(place), {**rows(place), sha: {"venv": venv, "at": time.time()}})


def moved(place: Place, name: str) -> None:
    """The live directory has been moved aside under ``name``."""
    known = rows(place)
    for row in known.values():
        row["venv"] = name if row["venv"] == LIVE else row["venv"]
    files.write_json(_file(place), known)


def venv_of(place: Place, sha: str) -> Path | None:
    """The environment ``sha`` ran in, if it still stands."""
    name = rows(place).get(sha, {}).get("venv")
    made = place.venvs / name if name else None
    return made if made and (made / "ok").exists() else None


def restorable(place: Place) -> list[dict[str, Any]]:
    """Versions that need no building, newest first."""
    known = sorted(rows(place).items(), key=lambda item: float(item[1]["at"]), reverse=True)
    return [{"sha": sha, "at": row["at"]} for sha, row in known if _stands(place, sha, row["venv"])]


def _stands(place: Place, sha: str, venv: str | None) -> bool:
    return git.has(place.repo, sha) and (not venv or (place.venvs / venv / "ok").exists())


def forget(place: Place, keep: int, safe: set[str]) -> list[str]:
    """Keep the newest ``keep`` versions and the protected ones; the environments that are still named."""
    known = sorted(rows(place).items(), key=lambda item: float(item[1]["at"]), reverse=True)
    left = {sha: row for number, (sha, row) in enumerate(known) if number < keep or sha in safe}
    files.write_json(_file(place), left)
    return [str(row["venv"]) for row in left.values() if row["venv"]]
