"""For ``slipway doctor``: who we are, what is left of the budget, what an App was allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.errors import AdapterError

if TYPE_CHECKING:
    from adapters.github.hub import Hub

Line = tuple[str, bool | None, Mapping[str, Any]]
FEW = 0.2  # of the hourly budget


async def lines(hub: Hub) -> list[Line]:
    """Who is not let in has no more to show."""
    try:
        login = await hub.login()
        found: list[Line] = [("login", True, {"login": login})]
        found += [_left(name, budget.limit, budget.left) for name, budget in hub.budgets().items()]
    except AdapterError as error:
        return [(error.code, False, error.facts)]
    if hub.reviewer is not None:
        found += await _reviewer(hub.reviewer, login)
    return found


def _left(name: str, limit: int, left: int) -> Line:
    return ("budget", True if left > limit * FEW else None, {"name": name, "left": left, "limit": limit})


async def _reviewer(reviewer: Hub, dispatcher: str) -> list[Line]:
    """GitHub lets nobody review a run that they started, where self-review is prevented."""
    try:
        login = await reviewer.login()
    except AdapterError as error:
        return [(f"reviewer_{error.code}", False, error.facts)]
    if login == dispatcher:
        return [("reviewer_same", False, {"login": login})]
    return [("reviewer", True, {"login": login})]
