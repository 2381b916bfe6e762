"""Layout ``in_place``: the tree that the service lives in today, brought to exact commits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import git
from .place import Place
from .said import Said, reason

DIFF = 200_000


def head(place: Place) -> str:
    """A detached HEAD is the SHA itself (gitrepository-layout(5)); of a branch git is asked."""
    try:
        said = (place.repo / "HEAD").read_text().strip()
    except (OSError, ValueError):
        said = ""
    return said if git.FULL.fullmatch(said) else _asked(place)


def _asked(place: Place) -> str:
    found = git.in_tree(place.path, "rev-parse", "--verify", "HEAD^{commit}").out.strip()
    if not git.FULL.fullmatch(found):
        raise Said("version_unreadable", path=str(place.path))
    return found


def changes(place: Place) -> list[str]:
    """Tracked files that differ from HEAD, staged or not."""
    got = git.in_tree(place.path, "status", "--porcelain=v1", "-z", "--untracked-files=no")
    if got.code:
        raise Said("version_unreadable", path=str(place.path))
    return [row[3:] for row in got.out.split("\0") if row]


def diff(place: Place) -> str:
    return git.in_tree(place.path, "diff", "--no-ext-diff", "--no-textconv", "--no-color", "HEAD").out[:DIFF]


def facts(place: Place) -> dict[str, Any]:
    return {
        "version": head(place),
        "release": "",
        "changed": _moved(place),
        "clean": not changes(place),
    }


def _moved(place: Place) -> float:
    """When HEAD last moved."""
    found = [path for path in (place.repo / "logs" / "HEAD", place.repo / "HEAD") if path.exists()]
    return found[0].stat().st_mtime if found else 0.0


def at(place: Place, moment: float) -> str:
    """What HEAD was at ``moment`` by its reflog ("old new name <mail> seconds zone<TAB>message"), else ""."""
    found = ""
    try:
        lines = (place.repo / "logs" / "HEAD").read_text(errors="replace").splitlines()
    except OSError:
        return found
    for line in lines:
        words = line.split("\t", 1)[0].split()
        if len(words) > 4 and words[-2].isdigit() and int(words[-2]) <= moment:
            found = words[1]
    return found if git.FULL.fullmatch(found) else ""


def hidden(place: Place, sha: str) -> list[str]:
    """Untracked (also ignored) paths that a checkout of ``sha`` would overwrite: git does so silently when ignored."""
    new = git.added(place.repo, head(place), sha)
    if new is None:
        raise Said("version_unreadable", path=str(place.path))
    return [name for name in new if os.path.lexists(str(place.path / name))]


def refuse_dirty(place: Place) -> None:
    files = changes(place)
    if files:
        raise Said("dirty_tree", path=str(place.path), files=len(files), attachment=diff(place))


def exclude(place: Place) -> None:
    """``attempts`` is ours: nobody's git status shows it."""
    file = place.repo / "info" / "exclude"
    text = file.read_text() if file.exists() else ""
    if "/attempts/" not in text.splitlines():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text + "/attempts/\n")


def checkout(place: Place, sha: str) -> None:
    """Detached at the exact commit; no branch moves. git refuses before it touches anything that it would lose."""
    done = git.in_tree(place.path, "checkout", "--quiet", "--detach", "--no-recurse-submodules", sha)
    if done.code or head(place) != sha or changes(place):
        raise Said("switch_failed", reason=reason(done.err))


def environment(place: Place, program: str) -> Path | None:
    """The environment that the unit's program comes from, or that lies at the usual place under ``path``."""
    inside = Path(program)
    names = [".venv", "venv"]
    if inside.parent.name == "bin" and inside.parent.parent.parent == place.path:
        names.insert(0, inside.parent.parent.name)
    for name in names:
        if (place.path / name / "pyvenv.cfg").exists():
            return place.path / name
    return None
