"""Commits between two versions and who wrote them, by GitHub's comparison (docs.github.com, "Compare two commits")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.github.hub import Hub
from adapters.github.hub.faults import error
from bot.errors import AdapterError
from bot.model import Commit, Commits

SHOWN = 50  # commits of a plan
PAGE = 100  # commits of one answer; the oldest stand on the first page
FILES = 300  # of one comparison; GitHub tells no more
MOST = 1000  # commits whose authors are asked for; more, and nobody can tell who may approve
COAUTHOR = re.compile(r"^co-authored-by:\s*(?:.*<([^<>\s]+)>|(\S+))\s*$", re.IGNORECASE | re.MULTILINE)
GARBLED = (KeyError, TypeError, ValueError, AttributeError)


async def commits(hub: Hub, at: str, before: str, to: str) -> Commits:
    """What ``to`` has and ``before`` has not; where that is nothing, what is taken away."""
    forward, total = True, await ahead(hub, at, before, to)
    if total == 0 and before != to:
        forward, total = False, await ahead(hub, at, to, before)
    old, new = (before, to) if forward else (to, before)
    newest: list[Any] = []
    page = -(-total // PAGE)
    while page > 0 and len(newest) < SHOWN:
        newest = [*await _page(hub, at, old, new, page), *newest]
        page -= 1
    return Commits(total, tuple(_commit(one) for one in reversed(newest[-SHOWN:])), forward)


async def files(hub: Hub, at: str, before: str, to: str) -> tuple[set[str], bool]:
    """What differs, on either side of where the two parted; and whether there are more than GitHub tells."""
    there = await _compared(hub, at, before, to, 1)
    back = await _compared(hub, at, to, before, 1) if there.get("behind_by") else {"files": []}
    try:
        lists = [list(there["files"]), list(back["files"])]
        every = [one for found in lists for one in found]
        names = {str(one["filename"]) for one in every} | {str(one.get("previous_filename") or "") for one in every}
    except GARBLED:
        raise error("garbled", call="compare") from None
    return names - {""}, any(len(found) >= FILES for found in lists)


async def authors(hub: Hub, at: str, before: str | None, to: str) -> Sequence[str] | None:
    """Mails and logins, co-authors too, of all that comes or goes; ``before`` None: of all history."""
    try:
        if before is None:
            return names(await hub.pages(f"{at}/commits", params={"sha": to}, limit=MOST))
        ways = ((before, to), (to, before))
        return names([one for old, new in ways for one in await _all(hub, at, old, new)])
    except AdapterError as found:
        if found.code == "too_many":
            return None
        raise


def names(found: Iterable[Any]) -> list[str]:
    """As the commits say them, and as GitHub knows the accounts behind them."""
    seen: set[str] = set()
    try:
        for one in found:
            account, inner = one.get("author") or {}, one["commit"]
            seen |= {str(account.get("login") or ""), str((inner.get("author") or {}).get("email") or "(none)")}
            seen |= {mail or plain for mail, plain in COAUTHOR.findall(str(inner.get("message", "")))}
    except GARBLED:
        raise error("garbled", call="authors") from None
    return sorted({name.lower()[:200] for name in seen if name})


async def _all(hub: Hub, at: str, old: str, new: str) -> list[Any]:
    total = await ahead(hub, at, old, new)
    if total > MOST:
        raise error("too_many", what=at, limit=MOST)
    return [one for page in range(1, -(-total // PAGE) + 1) for one in await _page(hub, at, old, new, page)]


async def ahead(hub: Hub, at: str, old: str, new: str) -> int:
    """Commits that ``new`` has and ``old`` has not."""
    try:
        return int((await _compared(hub, at, old, new, 1))["ahead_by"])
    except GARBLED:
        raise error("garbled", call="compare") from None


async def _page(hub: Hub, at: str, old: str, new: str, page: int) -> list[Any]:
    found = (await _compared(hub, at, old, new, page)).get("commits")
    if not isinstance(found, list):
        raise error("garbled", call="compare")
    return found


async def _compared(hub: Hub, at: str, old: str, new: str, page: int) -> Mapping[str, Any]:
    """Asked for again by its ETag, so that the first page costs nothing the second time."""
    found = await hub.get(f"{at}/compare/{old}...{new}", params={"per_page": PAGE, "page": page})
    if not isinstance(found, Mapping):
        raise error("garbled", call="compare")
    return found


def _commit(one: Any) -> Commit:
    try:
        inner, account = one["commit"], one.get("author") or {}
        author = account.get("login") or inner["author"]["name"]
        at = datetime.fromisoformat(inner["committer"]["date"]).timestamp()
        return Commit(str(one["sha"]), str(author)[:100], str(inner["message"]).split("\n", 1)[0][:200], at)
    except GARBLED:
        raise error("garbled", call="compare") from None
