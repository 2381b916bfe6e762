"""What ``init`` could find out about one service; None and empty where it could not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Facts:
    """``notes``: what a person should know before relying on the file."""

    host: str | None = None
    port: int | None = None
    user: str | None = None
    host_key: str | None = None
    secret: str | None = None  # the name of the SSH key's secret
    remote: str | None = None
    branch: str | None = None
    path: str | None = None
    unit: str | None = None
    layout: str | None = None
    url: str | None = None
    tries: int | None = None
    interval: int | None = None
    timeout: int | None = None
    requirements: str | None = None
    shared: tuple[str, ...] = ()
    logs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """A service's name: the unit's, else the folder's."""
        text = (self.unit or "").removesuffix(".service") or (self.path or "").rstrip("/").rpartition("/")[2]
        kept = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "-" for char in text.lower())
        return kept.strip("-_")[:32] or "my-service"


GUESSED = ("url",)  # by the host from a command line; a workflow knows it


def together(first: Facts, second: Facts) -> Facts:
    """``first`` wins: what the host says is so, what a workflow says was meant. Disagreements are noted."""
    merged: dict[str, Any] = {}
    notes = [*first.notes, *second.notes]
    for field in dataclasses.fields(Facts):
        one, other = getattr(first, field.name), getattr(second, field.name)
        merged[field.name] = other or one if field.name in GUESSED else one or other
        if one and other and one != other and field.name in ("path", "unit", "branch", "user"):
            notes.append(f"{field.name}: the host says {one}, the workflow {other}; the host's is written here")
    merged["notes"] = tuple(notes)
    return Facts(**merged)


class Application(BaseModel):
    """One unit of a host, as ``adapters.ssh.discover`` tells it."""

    model_config = ConfigDict(extra="ignore")

    unit: str
    path: str
    layout: str = "in_place"
    remote: str = ""
    branch: str = ""
    sha: str = ""
    changed: int = 0
    untracked: list[str] = []
    env_files: list[str] = []
    logs: list[str] = []
    requirements: bool = False
    port: int | None = None


class Discovered(BaseModel):
    model_config = ConfigDict(extra="ignore")

    applications: list[Application] = []


def of_application(found: Application) -> Facts:
    inside = [name.removeprefix(f"{found.path}/") for name in found.env_files if name.startswith(f"{found.path}/")]
    return Facts(
        remote=found.remote or None,
        branch=found.branch or None,
        path=found.path,
        unit=found.unit.removesuffix(".service"),
        layout=found.layout,
        url=f"http://localhost:{found.port}/health" if found.port else None,
        requirements="requirements.txt" if found.requirements else None,
        shared=tuple(dict.fromkeys([*inside, *found.untracked])),
        logs=tuple(found.logs),
        notes=tuple(_notes(found)),
    )


def _notes(found: Application) -> Iterator[str]:
    if found.sha:
        yield f"running there now: {found.sha[:12]} of {found.branch or 'no branch'}"
    if found.changed:
        yield f"the tree has {found.changed} changed files: commit them, or the first deploy is refused"
    if found.port:
        yield f"health.url is a guess where no workflow says it: the unit's command names port {found.port}"
    if found.untracked:
        yield "shared: what git does not know there; take out what is no data of the application"
