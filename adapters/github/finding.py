"""Which run is this attempt's: by its tag, by its id in the title, else by being the only one that it could be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.github.answers import Run
from adapters.github.memory import Memory
from adapters.github.repository import DISPATCHED, Repository
from adapters.github.titles import ATTEMPT, Titles, marked
from bot.model import Absent, Attempt, Ref, Unclear

AROUND = 300.0  # seconds before the intent whose runs are looked at too: clocks differ
GRAIN = 5.0  # seconds that GitHub's clock may be behind ours


def tag(attempt: Attempt) -> str:
    return f"slipway/{attempt.id}"


def ref_of(run: Run) -> Ref:
    return Ref({"run": run.id})


class Finding:
    def __init__(self, repository: Repository, memory: Memory) -> None:
        self._repository = repository
        self._memory = memory

    async def find(self, attempt: Attempt, titles: Titles) -> Ref | Absent | Unclear:
        """``Absent``: nothing of it is there, and nothing can appear any more."""
        found = await self._marked(attempt)
        if found:
            return ref_of(found)
        if self._repository.config.pin == "head_sha" and not titles.attempt:
            single = only(await self._around(attempt), attempt, titles)
            if single is not None:
                return single
        if self._memory.quiet(attempt.id) or attempt.id in self._memory.abandoned:
            return Absent()
        if self._repository.config.pin == "tag" and not await self._repository.ref("tags", tag(attempt), fresh=True):
            return Absent()  # the tag comes before the dispatch, and whoever made it is the only one to dispatch
        return Unclear("not_visible", {"seconds": int(self._memory.waited(attempt.id))})

    async def _marked(self, attempt: Attempt) -> Run | None:
        if self._repository.config.pin == "tag":
            runs = await self._ours(await self._repository.runs(branch=tag(attempt)))
            return runs[0] if runs else None
        return next((run for run in await self._around(attempt) if marked(run.title, attempt.id)), None)

    async def _around(self, attempt: Attempt) -> list[Run]:
        since = datetime.fromtimestamp(attempt.intent_at - AROUND, UTC)
        return await self._ours(await self._repository.runs(created=f">={since:%Y-%m-%dT%H:%M:%SZ}"))

    async def _ours(self, runs: Sequence[Run]) -> list[Run]:
        login = await self._repository.hub.login()
        return [run for run in runs if foreign(run, self._repository.config.path, login) is None]


def foreign(run: Run, path: str, login: str) -> str | None:
    """What shows that a run is not ours: its workflow, its event or who began it."""
    if run.file != path:
        return run.file
    if run.event != DISPATCHED:
        return run.event
    actor = run.actor.login if run.actor else ""
    return None if actor.lower() == login.lower() else actor or "?"


def only(runs: Sequence[Run], attempt: Attempt, titles: Titles) -> Ref | Unclear | None:
    """The single candidate among runs without a mark; None: there is none.

    One that is older than the intent, by GitHub's clock, may be another attempt's, or this one's by a clock that is
    wrong: nobody can tell.
    """
    fits = [run for run in runs if could_be(run, attempt, titles)]
    if not fits:
        return None
    if len(fits) == 1 and fits[0].created.timestamp() >= attempt.intent_at - GRAIN:
        return Ref({"run": fits[0].id, "single": True})
    return Unclear("several_runs", {"count": len(fits)})


def could_be(run: Run, attempt: Attempt, titles: Titles) -> bool:
    told = titles.read(run.title)
    if told is None or re.search(rf"(?<![A-Za-z0-9-]){ATTEMPT}(?![A-Za-z0-9-])", run.title):
        return False
    other = told.version is not None and told.version != attempt.to.id
    return not other and run.sha == attempt.effect.get("commit", run.sha)
