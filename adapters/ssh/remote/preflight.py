"""Everything that can be known before anything is changed, as facts."""

from __future__ import annotations

import itertools
import os
import re
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

from . import aside, disk, envfile, git, masks, observe, releases, rewrite, systemd, tree, venv, versions, who
from .place import Place
from .run import run
from .said import Said

UNIT = ("LoadState", "WorkingDirectory", "ExecStart", "User", "FragmentPath", "KillMode", "EnvironmentFiles")
SEEN = 20_000  # files of a release that are looked at
# Found and not imported: a venv's two modules take longer to load than all else that is asked here.
MODULES = (
    "import sys\nfrom importlib.util import find_spec\n"
    "found = [find_spec(name) for name in ('venv', 'ensurepip')]\n"
    "sys.exit(not all(one and one.origin for one in found))"
)
JOB = "slipway-job@preflight-0-0.service"


def facts(place: Place, asked: dict[str, Any]) -> dict[str, Any]:
    """``asked``: "to" and "before", full SHAs or ""; "key", that names the model, or ""."""
    shown = aside.begun(lambda: systemd.show(place.unit, UNIT))
    there = place.path.is_dir()
    sudo, runner, git_said, python, world, version = aside.together(
        lambda: _sudo(place),
        lambda: _runner(place),
        lambda: run(["git", "--version"]).out,
        lambda: _python(place.python),
        lambda: _try(lambda: observe.observe(place)),
        lambda: _try(lambda: _version(place, asked["to"], asked["before"], shown)) if there else None,
    )
    return {
        "user": who.am_i(), "root": os.geteuid() == 0, "home": str(Path.home()),
        "python": ".".join(map(str, sys.version_info[:3])), "git": git_said.strip().rpartition(" ")[2],
        "exists": there, "writable": os.access(str(place.path), os.W_OK), **disk.free(place.path),
        "shared": [_file(place.shared_root / name, name) for name in place.shared],
        "env": [_file(path, str(path)) for path in masks.files(place, shown())],
        "unit": _unit(shown()), "sudo": sudo, "runner": runner, **python, "world": world, "version": version,
        "model": _model(place, asked["key"]) if asked["key"] and there else None,
    }  # fmt: skip


def _try(look: Any) -> Any:
    """One part that cannot be read must not hide the others."""
    try:
        return look()
    except Said as no:
        return {"error": no.code, "facts": no.facts}


def _model(place: Place, key: str) -> dict[str, Any]:
    """What the key says now, and whether it could be changed."""
    line = envfile.find(place, key)
    ready = _try(lambda: {"file": str(rewrite.ready(place, key).path)})
    return {"key": key, "value": line.value if line else None, "ready": ready}


def _file(path: Path, name: str) -> dict[str, Any]:
    try:
        mode: int | None = path.stat().st_mode & 0o777
    except OSError:
        mode = None
    return {
        "name": name, "path": str(path), "there": os.path.lexists(str(path)), "mode": mode,
        "readable": os.access(str(path), os.R_OK), "env": masks.is_env(str(path)),
    }  # fmt: skip


def _python(python: str) -> dict[str, bool]:
    """A Python that finds the modules runs; one that does not is asked whether it runs at all."""
    whole = run([python, "-S", "-c", MODULES]).code == 0
    return {"app_python": whole or run([python, "-c", ""]).code == 0, "app_venv": whole}


def _unit(shown: dict[str, str]) -> dict[str, Any]:
    return {
        "load": shown.get("LoadState", ""), "works_in": shown.get("WorkingDirectory", "").lstrip("-!"),
        "program": venv.program(shown), "argv": venv.argv(shown), "user": shown.get("User", "") or "root",
        "kill_mode": shown.get("KillMode", ""),
    }  # fmt: skip


def _sudo(place: Place) -> dict[str, Any]:
    wanted: list[list[str]] = [["restart", place.unit], ["reset-failed", place.unit]]
    if place.runner == "unit":
        wanted.append(["start", JOB])
    root = os.geteuid() == 0
    looks = [_allowed(words) for words in wanted]
    *allowed, listed = aside.together(*looks, lambda: "" if root else run(["sudo", "-n", "-l"], 10.0).out)
    missing = [" ".join(["/usr/bin/systemctl", *words]) for words, may in zip(wanted, allowed) if not may]
    rules = [line.strip() for line in listed.splitlines() if line.startswith("    (")]
    return {"missing": missing, "rules": rules[:50]}


def _allowed(words: list[str]) -> Callable[[], bool]:
    return lambda: systemd.allowed(*words)


def _runner(place: Place) -> dict[str, Any]:
    shown = systemd.show(JOB, ("LoadState", "User", "ExecStart", "Type")) if place.runner == "unit" else {}
    return {
        "killed": _killed(), "load": shown.get("LoadState", ""),
        "user": shown.get("User", ""), "argv": venv.argv(shown), "type": shown.get("Type", ""),
    }  # fmt: skip


def _killed() -> bool:
    """Whether logind ends what a user leaves running; asked of logind, else read from its files."""
    said = run(["loginctl", "show-session", "-p", "KillUserProcesses"], 10.0)
    text = said.out if said.code == 0 else run(["systemd-analyze", "cat-config", "systemd/logind.conf"], 10.0).out
    values = re.findall(r"^\s*KillUserProcesses\s*=\s*(\w+)", text, re.MULTILINE)
    return bool(values) and values[-1].lower() in ("yes", "true", "on", "1")


def _version(place: Place, to: str, before: str, shown: Callable[[], dict[str, str]]) -> dict[str, Any]:
    """What the working tree and the new version say about each other."""
    found: dict[str, Any] = {
        "dirty": 0, "diff": "", "hidden": [], "unshared": [], "tracked": [], "there": True, "requirements": True,
        "live": True, "back": bool(before) and _kept(place, before),
    }  # fmt: skip
    if place.layout == "in_place":
        changed = tree.changes(place)
        found.update(dirty=len(changed), live=tree.environment(place, venv.program(shown())) is not None)
        found["diff"] = masks.mask(tree.diff(place), masks.of(place)) if changed else ""
    else:
        found["unshared"] = unshared(place)
    if to:
        found["there"] = git.ensure(place, to)
    if to and found["there"]:
        names = git.names(place.repo, to)
        found["requirements"] = not place.requirements or place.requirements in names
        tops = {name for path in names for name in _prefixes(path)}
        found["tracked"] = [name for name in place.shared if name in tops] if place.layout == "releases" else []
        found["hidden"] = tree.hidden(place, to) if place.layout == "in_place" else []
    return found


def _kept(place: Place, sha: str) -> bool:
    """Whether a version can be put back without building. What runs now is kept when it is left."""
    if (tree.head(place) if place.layout == "in_place" else releases.facts(place)["version"]) == sha:
        return True
    return any(row["sha"] == sha for row in versions.versions(place))


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: number + 1]) for number in range(len(parts))]


def unshared(place: Place) -> list[str]:
    """Data that the service wrote into its release, and that the next switch would hide."""
    release = releases.live(place)
    return unshared_in(place, release) if release else []


def unshared_in(place: Place, release: Path) -> list[str]:
    sha = releases.version(place, release)
    if not sha:
        return []
    ours = {*git.names(place.repo, sha), *place.shared, ".venv", releases.NOTE}
    return [path for path in itertools.islice(_files(release, ""), SEEN) if path not in ours][:200]


def _files(folder: Path, above: str) -> Iterator[str]:
    """Every file and link below, Python's own leavings apart."""
    for entry in os.scandir(str(folder)):
        path = above + entry.name
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in ("__pycache__", ".venv"):
                yield from _files(folder / entry.name, path + "/")
        elif not entry.name.endswith((".pyc", ".pyo")):
            yield path
