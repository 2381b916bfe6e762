"""What the platform shows, as facts: the bot judges them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from . import aside, health, releases, sockets, systemd, tree
from .place import Place


def layout(place: Place) -> dict[str, Any]:
    return releases.facts(place) if place.layout == "releases" else tree.facts(place)


def observe(place: Place, old_pid: int = 0, begun: float = 0.0) -> dict[str, Any]:
    """Unit, version on disk, who holds the health port, and the health answer where the socket proves nothing."""
    unit, on_disk = aside.together(lambda: systemd.facts(place.unit), lambda: layout(place))
    seen: dict[str, Any] = {
        "unit": unit, "socket": "no_port", "port": 0, "answer": None, "steady": False,
        "old_gone": _gone(old_pid, begun), "works_in": "", "version_at_start": "", **on_disk,
    }  # fmt: skip
    if unit["active"] not in ("active", "reloading"):
        return seen
    seen["works_in"], own = _works_in(place, unit["pid"])
    if unit["started"] < seen["changed"]:
        seen["version_at_start"] = _at_start(place, unit["started"], own)
    if place.health and place.health.local:
        seen["port"], seen["socket"] = place.health.port, sockets.reading(place.health.port, unit)
    if place.health and seen["socket"] not in ("ours", "nobody"):
        seen["answer"] = health.ask(place.health)
        again = systemd.facts(place.unit)
        seen["steady"] = (again["invocation"], again["pid"]) == (unit["invocation"], unit["pid"])
    return seen


def _gone(pid: int, begun: float) -> bool:
    """Whether the process is over (its number may have been given to a younger one)."""
    return not pid or not Path(f"/proc/{pid}").exists() or sockets.born(pid) >= begun


def _works_in(place: Place, pid: int) -> tuple[str, Path | None]:
    """The directory that the service works in, links resolved: its own where readable, else the unit's."""
    try:
        own = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        shown = systemd.show(place.unit, ("LoadState", "WorkingDirectory")).get("WorkingDirectory", "")
        return (os.path.realpath(shown.lstrip("-!")) if shown else ""), None
    return own, Path(own)


def _at_start(place: Place, started: float, own: Path | None) -> str:
    """The version on disk is younger than the process: which one was there when it started?"""
    if place.layout == "in_place":
        return tree.at(place, started)
    return releases.version(place, own) if own and own.parent == place.releases else ""
