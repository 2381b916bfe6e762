"""The pull requests that went in with some commits: one look at the newest, no question for each commit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from adapters.github.hub import Hub
from bot.errors import AdapterError
from bot.model import Pull

NEWEST = {"state": "closed", "sort": "updated", "direction": "desc", "per_page": 100}


async def merged(hub: Hub, at: str, shas: Collection[str]) -> tuple[Pull, ...]:
    """Newest first. For people only: without the permission, or when GitHub is silent, there are none."""
    if not shas:
        return ()
    try:
        found = await hub.get(f"{at}/pulls", params=NEWEST)
    except AdapterError:
        return ()
    own = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    kept = [one for one in own if one.get("merged_at") and one.get("merge_commit_sha") in shas]
    return tuple(_pull(one) for one in sorted(kept, key=lambda one: str(one["merged_at"]), reverse=True))


def _pull(one: dict[str, Any]) -> Pull:
    author = one.get("user") or {}
    return Pull(
        int(one.get("number") or 0), str(one.get("title") or "")[:200], str(author.get("login") or "ghost")[:100]
    )
