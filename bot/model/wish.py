"""A place in the queue of a target that is not free: what somebody wants, and nothing that could start by itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.deploy import Order

WAITED_FOR = ("target_busy", "result_unknown", "locked")
"""Refusals that end by themselves or by somebody's hand, so that waiting makes sense."""


@dataclass(frozen=True)
class Wish:
    """``calls``: how often its requester was told that it is their turn; ``called_at``: the turn that is on now."""

    id: int
    ulid: str
    order: Order
    at: float
    calls: int = 0
    missed: int = 0
    called_at: float | None = None
    ended: str | None = None
