"""Several promotions to one environment: one plan, one approval, one deploy each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PromotionSet:
    """``offered``: numbers of the planned deploys; ``members``: those that are ticked, in the order of the config.

    ``digest``: over the members' digests. ``left_out``: what was not planned and why ({"code", "facts", "kind"}).
    ``ended``: replaced (another choice took its place) or closed.
    """

    id: int
    ulid: str
    env: str
    requester: str
    requester_name: str
    digest: str
    offered: tuple[int, ...]
    members: tuple[int, ...]
    left_out: tuple[Mapping[str, Any], ...]
    at: float
    confirmed_at: float | None = None
    ended: str | None = None
