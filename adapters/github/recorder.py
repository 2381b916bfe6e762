"""GitHub Deployments of one repository: what Slipway did there, on GitHub's own pages.

Peculiarity: making a deployment merges branches and demands green checks unless told not to, and a success makes every
other deployment of that environment inactive, also another service's: all three are switched off here
(https://docs.github.com/rest/deployments/deployments, …/statuses). Idempotence: the payload carries the deploy's mark,
a comment carries it out of sight; whoever asks looks for them before asking again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from adapters.github.hub import Hub
from bot.errors import AdapterError
from bot.model import Record, Recorded

MARK = "slipway"
ACTIONS = "github-actions[bot]"
PULLS = 50  # newest commits of one deploy that are asked for their pull requests
STATUSES = 30  # newest of a deployment that are looked at
COMMENTS = 3_000  # of one pull request that are read


class GitHubRecorder:
    """Raises only AdapterError("github", …)."""

    def __init__(self, hub: Hub, repository: str) -> None:
        self._hub = hub
        self._repository = repository
        self._at = f"/repos/{repository}"

    async def find(self, record: Record) -> str | None:
        asked = {"sha": record.commit, "environment": record.environment}
        found = await self._hub.pages(f"{self._at}/deployments", params=asked)
        mine = _oldest(one["id"] for one in found if _mark(one) == record.mark)
        return mine or await self._of_the_run(found, record)

    async def _of_the_run(self, found: Iterable[Mapping[str, Any]], record: Record) -> str | None:
        """What a job with an ``environment`` made by itself, in GitHub's name or ours: a status leads to the run."""
        if record.page is None:
            return None
        makers = (ACTIONS, await self._hub.login())
        for one in found:
            if (one.get("creator") or {}).get("login") in makers and _mark(one) is None:
                said = await self._hub.get(
                    f"{self._at}/deployments/{one['id']}/statuses", params={"per_page": STATUSES}
                )
                if any(_leads_to(str(each.get("log_url") or ""), record.page) for each in said):
                    return str(one["id"])
        return None

    async def open(self, record: Record) -> str:
        body = {
            "ref": record.commit,
            "task": record.task,
            "environment": record.environment,
            "production_environment": record.production,
            "description": record.description,
            "payload": {MARK: record.mark},
            "auto_merge": False,
            "required_contexts": [],
        }
        made = await self._hub.send("deployment", "POST", f"{self._at}/deployments", body)
        if not isinstance(made, Mapping) or not isinstance(made.get("id"), int):
            raise AdapterError("github", "garbled", retry=True, call="deployment")
        return str(made["id"])

    async def stands(self, remote: str) -> str | None:
        newest = await self._hub.get(f"{self._at}/deployments/{remote}/statuses", params={"per_page": 1})
        return str(newest[0]["state"]) if newest else None

    async def tell(self, remote: str, record: Record, state: Recorded) -> None:
        body = {"state": state.value, "description": record.description, "auto_inactive": False}
        where = {"log_url": record.url} if record.url else {}
        await self._hub.send("status", "POST", f"{self._at}/deployments/{remote}/statuses", {**body, **where})

    async def pulls(self, before: str, to: str) -> Sequence[int]:
        compared = await self._hub.get(f"{self._at}/compare/{before}...{to}")
        found: set[int] = set()
        for commit in compared["commits"][-PULLS:]:
            merged = await self._hub.get(f"{self._at}/commits/{commit['sha']}/pulls")
            found |= {one["number"] for one in merged if one["merged_at"] and self._ours(one)}
        return sorted(found)

    async def commented(self, pull: int, record: Record) -> bool:
        said = await self._hub.pages(f"{self._at}/issues/{pull}/comments", limit=COMMENTS)
        return any(_hidden(record.mark) in (one.get("body") or "") for one in said)

    async def comment(self, pull: int, record: Record, text: str) -> None:
        body = {"body": f"{text}\n\n{_hidden(record.mark)}"}
        await self._hub.send("comment", "POST", f"{self._at}/issues/{pull}/comments", body)

    def _ours(self, pull: Mapping[str, Any]) -> bool:
        """A commit may have come by a fork's pull request to somebody else."""
        base = (pull.get("base") or {}).get("repo") or {}
        return str(base.get("full_name", "")).lower() == self._repository.lower()


def _oldest(ids: Iterable[int]) -> str | None:
    found = sorted(ids)
    return str(found[0]) if found else None


def _mark(deployment: Mapping[str, Any]) -> str | None:
    """Others write their payload as JSON, as text of JSON, or as anything else."""
    payload = deployment.get("payload")
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except ValueError:
            return None
    found = payload.get(MARK) if isinstance(payload, Mapping) else None
    return found if isinstance(found, str) else None


def _leads_to(address: str, page: str) -> bool:
    """To the run or to one of its jobs. Names differ by more than case where the repository was renamed."""
    run = page.rpartition("/actions/runs/")[2]
    return run.isdecimal() and re.search(rf"/actions/runs/{run}(?:/|$)", urlsplit(address).path) is not None


def _hidden(mark: str) -> str:
    return f"<!-- {MARK}:{mark} -->"
