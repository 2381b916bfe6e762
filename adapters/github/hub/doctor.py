"""For ``slipway doctor``: who we are, what is left of the budget, what an App was allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adapters.github.hub.speakers import NEEDED, least
from bot.errors import AdapterError

if TYPE_CHECKING:
    from adapters.github.hub import Hub

Line = tuple[str, bool | None, Mapping[str, Any]]
FEW = 0.2  # of the hourly budget


async def lines(hub: Hub, repositories: Sequence[str], recorded: Sequence[str] = ()) -> list[Line]:
    """Who is not let in has no more to show."""
    try:
        login = await hub.login()
    except AdapterError as error:
        return [(error.code, False, error.facts)]
    found: list[Line] = [("login", True, {"login": login})]
    for owner in sorted({repository.split("/")[0] for repository in repositories}):
        found += await _permissions(hub, owner)
    for repository in repositories:
        found += await _repository(hub, repository)
    for repository in recorded:
        found.append(await _recorded(hub, repository))
    found += [_left(name, budget.limit, budget.left) for name, budget in sorted(hub.budgets().items())]
    if hub.reviewer is not None:
        found.append(await _reviewer(hub.reviewer, login))
    return found


async def _permissions(hub: Hub, owner: str) -> list[Line]:
    """An App knows what it was given; a token is only seen by trying."""
    try:
        given = await hub.permissions(f"/orgs/{owner}")
    except AdapterError as error:
        return [(error.code, False, error.facts)]
    if given is None:
        return []
    missing = [f"{name}={level}" for name, level in NEEDED.items() if least(level, given.get(name, "")) != level]
    found: list[Line] = [("permissions", True, {"owner": owner, "permissions": told(given)})]
    return [*found, ("permission_missing", None, {"owner": owner, "missing": missing})] if missing else found


async def _repository(hub: Hub, repository: str) -> list[Line]:
    at, first = f"/repos/{repository}", {"per_page": 1}
    try:
        branch = (await hub.get(at))["default_branch"]
        await hub.get(f"{at}/actions/runs", params=first)
    except AdapterError as error:
        return [(error.code, False, error.facts)]
    found: list[Line] = [("repository", True, {"repository": repository})]
    try:
        await hub.get(f"{at}/commits/{branch}/check-runs", params=first)
    except AdapterError as error:
        hidden = ("checks_hidden", None, {"repository": repository})
        found.append(hidden if error.code == "forbidden" else (error.code, False, error.facts))
    return found


async def _recorded(hub: Hub, repository: str) -> Line:
    """Whether they may be written is seen by writing alone; a warning, since no deploy needs it."""
    try:
        await hub.get(f"/repos/{repository}/deployments", params={"per_page": 1})
    except AdapterError as error:
        if error.code != "forbidden":
            return (error.code, None, error.facts)
        return ("deployments_hidden", None, {"repository": repository})
    return ("deployments", True, {"repository": repository})


def told(permissions: Mapping[str, str]) -> list[str]:
    return [f"{name}={level}" for name, level in sorted(permissions.items())]


def _left(name: str, limit: int, left: int) -> Line:
    return ("budget", True if left > limit * FEW else None, {"name": name, "left": left, "limit": limit})


async def _reviewer(reviewer: Hub, dispatcher: str) -> Line:
    """GitHub lets nobody review a run that they started, where self-review is prevented."""
    try:
        login = await reviewer.login()
    except AdapterError as error:
        return (f"reviewer_{error.code}", False, error.facts)
    if login == dispatcher:
        return ("reviewer_same", False, {"login": login})
    return ("reviewer", True, {"login": login})
