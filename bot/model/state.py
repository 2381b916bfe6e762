"""All that a deploy's public card is a function of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.countersign import Countersign
from bot.model.deploy import AttemptRow, Deploy
from bot.model.person import Seats, Vote
from bot.model.promotions import PromotionSet
from bot.model.world import Link


@dataclass(frozen=True)
class DeployState:
    """All that a deploy's public card is a function of."""

    deploy: Deploy
    title: str  # the service's title
    attempts: tuple[AttemptRow, ...] = ()
    votes: tuple[Vote, ...] = ()
    need: int = 0  # seats wanted
    have: int = 0  # seats filled
    groups: tuple[Seats, ...] = ()  # the same by group
    approvers: tuple[str, ...] = ()  # names or mentions of those who filled seats
    usual: Mapping[str, float] = field(default_factory=dict)  # step code → median seconds
    impact: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    newer: int | None = None  # a newer deploy of this target
    continued: bool = False
    links: Mapping[str, Link] = field(default_factory=dict)  # attempt id → its page on the platform
    countersign: Countersign | None = None  # of a break-glass deploy
    set: PromotionSet | None = None
    together: tuple[Deploy, ...] = ()  # all of that set, in its order
