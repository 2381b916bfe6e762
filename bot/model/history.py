"""What is known of a version's past: commits, pull requests, what CI says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One run of a CI check on a version. ``conclusion`` None: it has not ended; "success" alone is good."""

    name: str
    app: str
    conclusion: str | None
    at: float  # when it ended or, while it runs, began


@dataclass(frozen=True)
class Commit:
    sha: str
    author: str
    subject: str
    at: float


@dataclass(frozen=True)
class Pull:
    """A pull request that went in with one of the commits."""

    number: int
    title: str
    author: str


@dataclass(frozen=True)
class Commits:
    """Newest first; ``total`` may exceed ``items``. ``forward`` False: going back (the commits that go away).

    ``touched``: files that differ, by part of the service (code, model, infrastructure); None: nobody told.
    ``cut``: more of them than are told.
    """

    total: int
    items: tuple[Commit, ...] = ()
    forward: bool = True
    pulls: tuple[Pull, ...] = ()
    touched: Mapping[str, int] | None = None
    cut: bool = False
