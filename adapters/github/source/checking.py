"""CI checks at one commit: check runs of every app, and commit statuses of whoever posts them.

Fine-grained tokens cannot be given the permission "Checks" (docs.github.com, "Managing your personal access tokens"):
for them the jobs of the commit's workflow runs stand in, which are the check runs of GitHub Actions by the same names.
Checks of other apps are not seen then, so that a gate which names one stays shut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from adapters.github.hub import Hub
from adapters.github.hub.faults import error
from adapters.github.source.artifacts import own_runs
from bot.errors import AdapterError
from bot.model import Check

MOST = 3000  # check runs or statuses of one commit
RUNS = 60  # workflow runs of one commit, each asked for its jobs
ACTIONS, STATUSES = "github-actions", "status"
STILL = float("inf")  # not begun yet: newer than anything that has
GARBLED = (KeyError, TypeError, ValueError, AttributeError)


async def checks(hub: Hub, at: str, sha: str) -> list[Check]:
    found = [*await _runs(hub, at, sha), *await hub.pages(f"{at}/commits/{sha}/statuses", limit=MOST)]
    try:
        return list(_read(found))
    except GARBLED:
        raise error("garbled", call="checks") from None


async def _runs(hub: Hub, at: str, sha: str) -> list[Any]:
    """All of them, not the latest of each suite alone: a newer one that still runs must be seen."""
    try:
        return await hub.pages(f"{at}/commits/{sha}/check-runs", "check_runs", params={"filter": "all"}, limit=MOST)
    except AdapterError as found:
        if found.code != "forbidden":
            raise
    runs = await own_runs(hub, at, sha, RUNS)
    jobs = [await hub.pages(f"{at}/actions/runs/{int(run['id'])}/jobs", "jobs", limit=MOST) for run in runs]
    return [job for those in jobs for job in those if job.get("head_sha", sha) == sha]


def _read(found: list[Any]) -> Iterator[Check]:
    for one in found:
        if "context" in one:
            yield _of_status(one)
        else:
            app = one["app"]["slug"] if one.get("app") else ACTIONS
            ended = one["status"] == "completed"
            conclusion = str(one["conclusion"] or "none") if ended else None
            yield Check(str(one["name"]), str(app), conclusion, _time(one, "completed_at" if ended else "started_at"))


def _of_status(one: Mapping[str, Any]) -> Check:
    """A newer status of the same context replaces an older one, whoever posts it."""
    state = str(one["state"])
    return Check(str(one["context"]), STATUSES, None if state == "pending" else state, _time(one, "created_at"))


def _time(one: Mapping[str, Any], key: str) -> float:
    said = one.get(key)
    return datetime.fromisoformat(str(said)).timestamp() if said else STILL
