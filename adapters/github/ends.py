"""Whether a run has ended or waits, asked without paying for every step that it takes.

GitHub's list of a workflow's ended runs changes when one ends, and not with what goes on in between: so asking for it
is free nearly always. What it shows is GitHub's answer about the run, as the run's own address gives it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.github.answers import Run
from adapters.github.repository import Repository
from bot.errors import AdapterError

NEWEST = 10  # runs that are looked through
WAITS_EVERY = 2.0  # seconds
LATE = 5.0  # seconds after which an ended run should be in the list


class Ends:
    """``clock``: monotonic seconds. ``late``: the list was seen to lag behind, so it is no use here."""

    def __init__(self, repository: Repository, clock: Callable[[], float]) -> None:
        self._repository = repository
        self._clock = clock
        self._asked = -WAITS_EVERY
        self.late = False

    async def ended(self, run: int) -> Run | None:
        return None if self.late else await self._listed(run, "completed")

    async def waits(self, run: int) -> bool:
        """Whether it waits for an environment; asked where the workflow has one."""
        if self._clock() - self._asked < WAITS_EVERY:
            return False
        self._asked = self._clock()
        return await self._guarded() and await self._listed(run, "waiting") is not None

    def missed(self, run: Run) -> None:
        """The run when it was read itself, which was not in the list just before."""
        self.late |= (
            run.status == "completed" and run.updated is not None and time.time() - run.updated.timestamp() > LATE
        )

    async def _listed(self, run: int, status: str) -> Run | None:
        """One that is not among the newest is found when it is read itself."""
        return next((one for one in await self._repository.runs(per_page=NEWEST, status=status) if one.id == run), None)

    async def _guarded(self) -> bool:
        """A called workflow may have environments of its own."""
        try:
            workflow = await self._repository.workflow(self._repository.config.ref)
        except AdapterError as found:
            if found.retry:
                raise
            return True
        return any(job.environment or job.uses for job in workflow.jobs.values())
