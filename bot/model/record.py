"""A deploy as others are told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Recorded(StrEnum):
    """The states of a deployment on GitHub (REST: create a deployment status), as far as Slipway says them."""

    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"  # nobody knows what became of it
    INACTIVE = "inactive"  # nothing of it runs there, or no longer


@dataclass(frozen=True)
class Record:
    """``mark``: ``<epoch>-<deploy>``, found again in the world. ``url``: where a person reads more.

    ``page``: of the newest attempt on its platform.
    """

    mark: str
    commit: str
    environment: str
    task: str
    description: str
    production: bool = False
    url: str | None = None
    page: str | None = None


@dataclass(frozen=True)
class Hindrance:
    """Why others could not be told. ``kind``: whose code it is; "": Slipway's own."""

    kind: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """How far others know of a deploy. ``told``: the newest state that they were told; ``owed``: the next one, if any.

    ``why``: not yet; with ``given_up``: not any more.
    """

    told: str | None
    owed: str | None = None
    why: Hindrance | None = None
    given_up: bool = False
