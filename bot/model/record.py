"""A deploy as others are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Recorded(StrEnum):
    """The states of a deployment on GitHub (REST: create a deployment status), as far as Slipway says them."""

    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"  # nobody knows what became of it
    INACTIVE = "inactive"  # nothing of it runs there, or no longer


@dataclass(frozen=True)
class Record:
    """``mark``: ``<epoch>-<deploy>``, found again in the world. ``url``: where a person reads more."""

    mark: str
    commit: str
    environment: str
    task: str
    description: str
    production: bool = False
    url: str | None = None
