"""What the program on the host may answer about a deploy that is only planned."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from adapters.ssh.answers import Line, Lines, ModelId, Strict, Word, World


class SaidNo(Strict):
    """One part of a preflight that could not be read."""

    error: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    facts: dict[str, Any]


class File(Strict):
    """``mode``: permission bits; None = absent or not to be looked at."""

    name: Line
    path: Line
    there: bool
    mode: int | None
    readable: bool
    env: bool


class UnitFile(Strict):
    load: Word
    works_in: Line
    program: Line
    argv: Annotated[str, Field(max_length=20_000)]
    user: Word
    kill_mode: Word


class Sudo(Strict):
    """``missing``: commands that would be refused; ``rules``: the lines of ``sudo -l``."""

    missing: Lines
    rules: Lines


class Runner(Strict):
    killed: bool
    load: Word
    user: Word
    argv: Line
    type: Word


class Ground(Strict):
    """What the tree and the new version say about each other. ``back``: the old one needs no building."""

    dirty: int
    diff: Annotated[str, Field(max_length=400_000)]
    hidden: Lines
    unshared: Lines
    tracked: Lines
    there: bool
    requirements: bool
    live: bool
    back: bool


class Ready(Strict):
    """The file that would be rewritten."""

    file: Line


class ModelKey(Strict):
    """``value``: what it says now, where that is one plain id."""

    key: Word
    value: ModelId | None
    ready: Ready | SaidNo


class Before(Strict):
    """Everything that a preflight can know."""

    user: Word
    root: bool
    home: Line
    python: Word
    git: Word
    exists: bool
    writable: bool
    free_mb: int
    inodes: int | None
    shared: list[File]
    env: list[File]
    unit: UnitFile
    sudo: Sudo
    runner: Runner
    app_python: bool
    app_venv: bool
    model: ModelKey | None
    world: World | SaidNo
    version: Ground | SaidNo | None
