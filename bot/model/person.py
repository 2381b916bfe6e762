"""People as Slipway knows them: ids decide, names decorate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Person:
    """A guild member at one instant. ``locale`` is the Discord locale of the reader ("ko", "en-US", …)."""

    id: str
    name: str
    roles: frozenset[str]
    locale: str = "en-US"
    bot: bool = False
    joined: float | None = None  # epoch seconds; None: not told


class Choice(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class VoteSource(StrEnum):
    REACTION = "reaction"
    BUTTON = "button"


@dataclass(frozen=True)
class Seats:
    """One group of an approval, as far as it is filled. ``roles``: ids; ``oncall``: whoever is on call fits too."""

    roles: tuple[str, ...]
    oncall: bool
    have: int
    need: int


@dataclass(frozen=True)
class Vote:
    """One standing vote. ``counts`` is None for a vote that fills a seat, else the reason code why it does not."""

    message: str
    user: str
    name: str
    choice: Choice
    source: VoteSource
    at: float
    counts: str | None = None
