"""Layout ``releases``: path/releases/<sha12>-<attempt>, path/current points at one of them."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

from . import files, git
from .place import Place
from .said import Said

NOTE = ".slipway.json"  # written last: without it a release is not whole


def note(release: Path) -> dict[str, Any]:
    found = files.read_json(release / NOTE)
    return found if isinstance(found, dict) else {}


def kept(place: Place) -> list[Path]:
    """Whole releases, newest first."""
    try:
        found = [release for release in place.releases.iterdir() if note(release).get("sha")]
    except OSError:
        return []
    return sorted(found, key=lambda release: float(note(release).get("at", 0)), reverse=True)


def of(place: Place, sha: str) -> Path | None:
    """The newest whole release of a version whose environment still stands."""
    for release in kept(place):
        venv = note(release).get("venv")
        if note(release)["sha"] == sha and (not venv or (place.venvs / venv / "ok").exists()):
            return release
    return None


def live(place: Place) -> Path | None:
    """Where current points; None where it is missing or leaves ``releases``."""
    try:
        release = place.path / os.readlink(str(place.current))
    except OSError:
        return None
    return release if release.parent == place.releases and release.is_dir() else None


def version(place: Place, release: Path) -> str:
    """What a release is: by its note; else, made by hand, by the commit that its name begins with; else ""."""
    noted = str(note(release).get("sha") or "")
    begin = re.match(r"([0-9a-f]{7,40})-", release.name)
    if noted or not begin:
        return noted
    return git.unique(place, begin.group(1)) or ""


def adopt(place: Place, release: Path) -> None:
    """A release made by hand, running now, is one to come back to."""
    sha = version(place, release)
    if sha and not note(release):
        finish(release, sha, "", None)


def facts(place: Place) -> dict[str, Any]:
    release = live(place)
    found = version(place, release) if release else ""
    return {
        "version": found,
        "release": release.name if release else "",
        "changed": os.lstat(str(place.current)).st_mtime if release else 0.0,
        "clean": bool(found),
    }


def share(place: Place, release: Path) -> None:
    """Link what is kept across releases. A version that brings such a path itself is refused, not hidden."""
    for name in place.shared:
        there = release / name
        if os.path.lexists(str(there)):
            raise Said("shared_tracked", name=name)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(os.path.relpath(str(place.shared_root / name), str(there.parent)))


def finish(release: Path, sha: str, attempt: str, venv: str | None) -> None:
    data = {"sha": sha, "attempt": attempt, "venv": venv, "at": time.time()}
    files.write_json(release / NOTE, data)


def switch(place: Place, release: Path) -> None:
    files.link(place.current, os.path.relpath(str(release), str(place.path)))


def switch_back(place: Place, release: Path, when: float) -> None:
    """The service never left ``release``: by the link's time, too, it was there when the service started."""
    switch(place, release)
    os.utime(str(place.current), (when, when), follow_symlinks=False)
