"""One look at an attempt's run: everything that the judgement needs, and no more requests than that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters.github import judge, lines, why
from adapters.github.answers import Job, Pending, Run
from adapters.github.approving import Approving
from adapters.github.ends import Ends
from adapters.github.finding import foreign
from adapters.github.judge import Look
from adapters.github.memory import Memory
from adapters.github.pace import pace_of
from adapters.github.repository import Repository, error
from adapters.github.told import Told
from adapters.github.waited import waited
from bot.errors import AdapterError
from bot.model import Attempt, Progress, Ref, Status, Step, StepState

SLOWER, SLOWEST = 2.0, 10.0  # seconds between two readings of a run that waits, or that is not shown yet
UNSURE = 5.0  # seconds after which nobody knows whether a run that was queued still is
LATE_EVERY = 5.0  # seconds between two readings where the list of ended runs lags behind
NOTED = 5  # jobs whose notes are read
CONFLICT = 409  # GitHub has nothing to cancel (any more)
NOT_BEGUN = ("queued", "pending", "requested")
MOVING = ("queued", "requested", "in_progress")


@dataclass(frozen=True)
class Known:
    """What was last seen of a run. ``at``: when it was read itself, monotonic. ``restless``: it is read each time."""

    progress: Progress
    at: float
    restless: bool = False
    until: float = 0.0  # before which it is not read again: GitHub does not show it yet
    fresh: bool = False  # it was read once, and nothing of it had begun
    run: Run | None = None

    @property
    def moving(self) -> Run | None:
        """The run whose jobs say enough of how it goes on."""
        quiet = self.restless or self.progress.status is not Status.RUNNING
        return None if quiet or self.run is None or self.run.status not in MOVING else self.run


class Looking:
    """``clock``: monotonic seconds."""

    def __init__(self, repository: Repository, memory: Memory, told: Told, clock: Callable[[], float]) -> None:
        self._repository = repository
        self._clock = clock
        self._memory = memory
        self._told = told
        self._approving = Approving(repository, memory)
        self._pace = pace_of(repository.hub)
        self._ends = Ends(repository, clock)
        self._known: dict[int, Known] = {}
        self._jobs: tuple[object, list[Job]] = ((), [])

    async def look(self, attempt: Attempt, ref: Ref) -> Progress:
        """What was seen last, while other runs have their turn or nothing says that more could be seen."""
        number = int(ref.data["run"])
        known, hurried = self._known.get(number), self._pace.hurried(number)
        turn, running = self._pace.due(number), known is not None and known.progress.status is Status.RUNNING
        if known is None:
            return self._keep(number, await self._looked(attempt, ref))
        if (running and not turn) or (self._clock() < known.until and not hurried):
            return known.progress
        ended = None if known.restless else await self._ends.ended(number)
        told = hurried and not self._pace.crowded
        if ended is None and running and not told and not await self._worth_it(number, known):
            return self._keep(number, _unsure(known, self._clock()))
        found = await self._looked(attempt, ref, known, ended)
        if ended is None and known.moving and found.run:
            self._ends.missed(found.run)
        return self._keep(number, found)

    def _keep(self, number: int, found: Known) -> Progress:
        if found.progress.status is not Status.RUNNING:
            self._pace.over(number)
        elif not found.restless:
            found = replace(found, progress=replace(found.progress, again=self._pace.pause))
        self._known = {number: found}
        return found.progress

    async def _worth_it(self, number: int, known: Known) -> bool:
        """Reading the run itself is paid for whenever it has changed: its end is seen without."""
        every = LATE_EVERY if self._ends.late else self._repository.config.jobs_every
        due = self._clock() - known.at >= self._pace.between(every)
        return known.restless or due or await self._ends.waits(number)

    async def _looked(self, attempt: Attempt, ref: Ref, known: Known | None = None, ended: Run | None = None) -> Known:
        at = self._clock()
        run = await self._ours(ended) if ended else await self._moved(known) or await self._seen(ref)
        if run is None:
            queued = Step("queued", StepState.RUNNING, attempt.intent_at)
            age = time.time() - float(ref.data.get("at", 0.0))
            again = min(max(SLOWER, age / 5), SLOWEST)
            return Known(Progress(Status.RUNNING, (queued,), again=again), at, restless=True, until=at + again)
        fresh = known is None and run.status in NOT_BEGUN
        seen = await self._all(attempt, ref, run, [] if fresh else await self._jobs_of(run))
        if judge.torn(seen):
            self._jobs = ((), [])
            torn = replace(judge.progress(seen), status=Status.RUNNING, failure=None, again=1.0)
            return Known(torn, at, restless=True)
        if not seen.over:
            return _running(seen, at, fresh)
        if run.conclusion == "success" and judge.hidden(seen) is None and not seen.wrong:
            seen = replace(seen, evidence=await self._told.evidence(attempt.to, run, time.time()))
        return Known(judge.progress(seen), at, run=run)

    async def _moved(self, known: Known | None) -> Run | None:
        """A run that goes on, by its jobs alone: asking for itself as well would cost as much again."""
        run = known.moving if known else None
        try:
            jobs = await self._repository.jobs(run.id) if run else []
        except AdapterError as found:
            if found.code != "not_found":
                raise
            return None
        if run is None or not any(job.status == "in_progress" for job in jobs):
            return None
        return run.model_copy(update={"status": "in_progress"})

    async def _seen(self, ref: Ref) -> Run | None:
        """None: GitHub has named it and does not show it yet."""
        number = int(ref.data["run"])
        try:
            run = await self._repository.run(number)
        except AdapterError as found:
            if found.code != "not_found":
                raise
            if time.time() - float(ref.data.get("at", 0.0)) < self._memory.late:
                return None
            raise error("run_gone", retry=True, run=number) from None
        return await self._ours(run)

    async def _ours(self, run: Run) -> Run:
        other = foreign(run, self._repository.config.path, await self._repository.hub.login())
        if other is not None:
            raise error("foreign_run", run=run.id, found=other)
        return run

    async def _all(self, attempt: Attempt, ref: Ref, run: Run, jobs: list[Job]) -> Look:
        wanted = str(attempt.effect.get("commit", attempt.to.id))
        if run.sha != wanted and run.status != "completed" and run.id not in self._memory.cancelled:
            await self.cancel(run.id)
        seen = Look(
            run,
            jobs,
            self._repository.config.deploy_jobs,
            float(ref.data.get("at", run.created.timestamp())),
            wanted,
            await self._repository.hub.login(),
            ours=run.id in self._memory.cancelled,
        )
        waits = run.status == "waiting" or _waits(seen.jobs)
        if waits and not seen.wrong:
            seen = replace(seen, pending=await self._approving.pending(attempt, run))
        elif not seen.over:
            self._memory.waited_for.pop(run.id, None)
        return await self._explained(attempt, seen) if seen.over else seen

    async def _jobs_of(self, run: Run) -> list[Job]:
        """Of a run that has ended they are read once."""
        shape = (run.id, run.attempt, run.status, run.conclusion, run.updated)
        known, jobs = self._jobs
        if shape != known or run.status != "completed":
            jobs = await self._repository.jobs(run.id)
            self._jobs = (shape, jobs)
        return jobs

    async def _explained(self, attempt: Attempt, seen: Look) -> Look:
        """Of a run that ended badly: who or what ended it, and the log that says most."""
        never = any(job.conclusion in judge.BAD and not job.begun for job in seen.jobs)
        if seen.run.conclusion == "failure" and never:
            seen = replace(seen, rejected=await self._repository.rejection(seen.run.id))
        if seen.run.conclusion == "cancelled":
            ended = [job for job in seen.jobs if job.conclusion in judge.BAD][:NOTED]
            notes = [note for job in ended for note in await self._repository.notes(job.id)]
            pending = await self._waited(attempt, seen) if never else ()
            seen = replace(seen, why=why.why(notes), pending=pending)
        loud = judge.loudest(seen.jobs)
        return replace(seen, log=lines.telling(await self._repository.log(loud.id))) if loud else seen

    async def _waited(self, attempt: Attempt, seen: Look) -> Sequence[Pending] | None:
        """By GitHub; only where that cannot tell, by what this process saw before."""
        found = await waited(self._repository, attempt, seen.run, seen.jobs)
        return self._memory.waited_for.get(seen.run.id) if found is None else found

    async def cancel(self, run: int) -> None:
        """Ask GitHub to end it; that it did is seen by a later look."""
        try:
            await self._repository.hub.send("cancel", "POST", self._repository.path(f"/actions/runs/{run}/cancel"))
        except AdapterError as found:
            if found.code != "refused" or found.facts.get("status") != CONFLICT:
                raise
        self._memory.cancelled.add(run)


def _running(seen: Look, at: float, fresh: bool) -> Known:
    progress = judge.progress(seen)
    if seen.pending or seen.run.status == "waiting":
        return Known(replace(progress, again=SLOWER), at, restless=True)
    return Known(progress, at, fresh=fresh, run=seen.run)


def _waits(jobs: Sequence[Job]) -> bool:
    return any(job.status == "waiting" for job in jobs)


def _unsure(known: Known, now: float) -> Known:
    """A run that was queued at first may have begun since: nothing else is said of it until it is read again."""
    if not known.fresh or now - known.at < UNSURE:
        return known
    since = known.progress.steps[0].started_at
    return replace(known, progress=replace(known.progress, steps=(Step("workflow", StepState.RUNNING, since),)))
