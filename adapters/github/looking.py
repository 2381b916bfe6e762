"""One look at an attempt's run: everything that the judgement needs, and no more requests than that."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from adapters.github import judge, lines, why
from adapters.github.answers import Job, Pending, Run
from adapters.github.approving import Approving
from adapters.github.finding import foreign
from adapters.github.judge import Look
from adapters.github.memory import Memory
from adapters.github.pace import pace_of
from adapters.github.repository import Repository, error
from adapters.github.told import Told
from adapters.github.waited import waited
from bot.errors import AdapterError
from bot.model import Attempt, Progress, Ref, Status, Step, StepState

STEPS_EVERY = 5.0  # seconds between two looks at the jobs of a run that has not changed
NOTED = 5  # jobs whose notes are read
CONFLICT = 409  # GitHub has nothing to cancel (any more)


class Looking:
    def __init__(self, repository: Repository, memory: Memory, told: Told) -> None:
        self._repository = repository
        self._memory = memory
        self._told = told
        self._approving = Approving(repository, memory)
        self._pace = pace_of(repository.hub)
        self._last: dict[int, Progress] = {}
        self._jobs: tuple[object, float, list[Job]] = ((), 0.0, [])

    async def look(self, attempt: Attempt, ref: Ref) -> Progress:
        """What was seen last, while other runs have their turn."""
        number = int(ref.data["run"])
        last = self._last.get(number)
        if last is not None and last.status is Status.RUNNING and not self._pace.due(number):
            return last
        found = await self._looked(attempt, ref)
        self._last = {number: found}
        if found.status is not Status.RUNNING:
            self._pace.over(number)
        return found

    async def _looked(self, attempt: Attempt, ref: Ref) -> Progress:
        run = await self._seen(ref)
        if run is None:
            return Progress(Status.RUNNING, (Step("queued", StepState.RUNNING, attempt.intent_at),))
        seen = await self._all(attempt, ref, run)
        if judge.torn(seen):
            self._jobs = ((), 0.0, [])
            return replace(judge.progress(seen), status=Status.RUNNING, failure=None)
        if seen.over and run.conclusion == "success" and judge.hidden(seen) is None and not seen.wrong:
            seen = replace(seen, evidence=await self._told.evidence(attempt.to, run, time.time()))
        return judge.progress(seen)

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
        other = foreign(run, self._repository.config.path, await self._repository.hub.login())
        if other is not None:
            raise error("foreign_run", run=number, found=other)
        return run

    async def _all(self, attempt: Attempt, ref: Ref, run: Run) -> Look:
        wanted = str(attempt.effect.get("commit", attempt.to.id))
        if run.sha != wanted and run.status != "completed" and run.id not in self._memory.cancelled:
            await self.cancel(run.id)
        seen = Look(
            run,
            await self._jobs_of(run),
            self._repository.config.deploy_jobs,
            float(ref.data.get("at", run.created.timestamp())),
            wanted,
            await self._repository.hub.login(),
            ours=run.id in self._memory.cancelled,
        )
        waits = run.status == "waiting" or any(job.status == "waiting" for job in seen.jobs)
        if waits and not seen.wrong:
            seen = replace(seen, pending=await self._approving.pending(attempt, run))
        elif not seen.over:
            self._memory.waited_for.pop(run.id, None)
        return await self._explained(attempt, seen) if seen.over else seen

    async def _jobs_of(self, run: Run) -> list[Job]:
        """Asked for when the run has changed, and now and then for the step at work."""
        shape, now = (run.id, run.attempt, run.status, run.conclusion, run.updated), time.monotonic()
        known, at, jobs = self._jobs
        if shape != known or now - at > STEPS_EVERY:
            jobs = await self._repository.jobs(run.id)
            self._jobs = (shape, now, jobs)
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
