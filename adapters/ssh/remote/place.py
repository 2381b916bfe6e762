"""Where things lie on the host, for both layouts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping, NamedTuple

from .said import Said


class Health(NamedTuple):
    """As in the bot's HealthCheck, its URL taken apart; seconds. ``local``: a port of this host."""

    tls: bool
    host: str
    port: int
    path: str
    local: bool
    expect: int
    timeout: float
    start_within: float
    version: str | None


class Place(NamedTuple):
    """One target on this host. ``root`` holds what Slipway keeps: ``path`` itself, or .git/slipway of a tree."""

    path: Path
    unit: str
    layout: str
    runner: str
    repository: str
    shared: tuple[str, ...]
    requirements: str | None
    keep: int
    logs: tuple[str, ...]
    python: str
    drain: float
    health: Health | None
    model_key: str | None = None  # its value is no secret

    @property
    def root(self) -> Path:
        return self.path if self.layout == "releases" else git_dir(self.path) / "slipway"

    @property
    def repo(self) -> Path:
        return self.path / "repo.git" if self.layout == "releases" else git_dir(self.path)

    @property
    def attempts(self) -> Path:
        return self.path / "attempts"

    @property
    def venvs(self) -> Path:
        return self.root / "venvs"

    @property
    def releases(self) -> Path:
        return self.path / "releases"

    @property
    def current(self) -> Path:
        return self.path / "current"

    @property
    def shared_root(self) -> Path:
        return self.path / "shared" if self.layout == "releases" else self.path


def git_dir(tree: Path) -> Path:
    """``.git`` of a tree, also where it is a file that names another place (worktrees)."""
    dot = tree / ".git"
    if dot.is_dir():
        return dot
    try:
        text = dot.read_text()
    except OSError:
        raise Said("version_unreadable", path=str(tree)) from None
    return Path(os.path.normpath(tree / text.replace("gitdir:", "", 1).strip()))


def read(data: Mapping[str, Any]) -> Place:
    health = data["health"]
    return Place(
        path=Path(data["path"]),
        unit=data["unit"],
        layout=data["layout"],
        runner=data["runner"],
        repository=data["repository"],
        shared=tuple(data["shared"]),
        requirements=data["requirements"],
        keep=int(data["keep"]),
        logs=tuple(data["logs"]),
        python=data["python"],
        drain=float(data["drain"]),
        health=Health(**health) if health else None,
        model_key=data.get("model_key"),  # absent from a job that was begun before there was one
    )
