"""Whether a protected branch holds a commit, and whether GitHub verified its signature."""

from __future__ import annotations

from urllib.parse import quote

from adapters.github.hub import Hub
from adapters.github.hub.faults import error
from adapters.github.source.comparing import GARBLED, ahead


async def holds(hub: Hub, at: str, branch: str, sha: str) -> bool | None:
    """By the branch's head at this moment. None: neither a protection nor a rule guards the branch."""
    name = quote(branch, safe="")
    found = await hub.get(f"{at}/branches/{name}")
    try:
        head, guarded = str(found["commit"]["sha"]), found["protected"] is True
    except GARBLED:
        raise error("garbled", call="branches") from None
    if not guarded and not await hub.pages(f"{at}/rules/branches/{name}"):
        return None
    return head == sha or await ahead(hub, at, head, sha) == 0


async def signature(hub: Hub, at: str, sha: str) -> str:
    """``valid``, or GitHub's reason why not (docs.github.com, "About commit signature verification")."""
    found = await hub.get(f"{at}/commits/{sha}")
    try:
        told = found["commit"]["verification"]
        reason = str(told["reason"])[:60]
        if found["sha"] != sha:
            raise KeyError(sha)
    except GARBLED:
        raise error("garbled", call="commits") from None
    return "valid" if told["verified"] is True and reason == "valid" else reason if reason != "valid" else "unverified"
