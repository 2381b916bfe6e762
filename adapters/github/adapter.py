"""The contract's calls, against one workflow of one repository."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from adapters.github import doctor, judge, lines, pages
from adapters.github.account import hub as hub_of
from adapters.github.before import Before
from adapters.github.config import Config
from adapters.github.dispatch import Dispatch
from adapters.github.finding import Finding, tag
from adapters.github.looking import Looking
from adapters.github.memory import Memory
from adapters.github.pace import pace_of
from adapters.github.repository import Repository, error
from adapters.github.told import Told
from adapters.github.waited import recorded
from bot.errors import AdapterError
from bot.model import (
    Absent,
    Attempt,
    Change,
    Hint,
    Observation,
    Preflight,
    Progress,
    Ref,
    RepositoryHint,
    Unclear,
    Unreadable,
    Version,
)
from bot.ports import Place

T = TypeVar("T")


class Github:
    """One target. Everything that is kept lies on GitHub; ``_memory`` only says what this very process has sent."""

    def __init__(
        self, place: Place, repository: Repository, memory: Memory, clock: Callable[[], float] = time.monotonic
    ) -> None:
        known = {"env": place.target.env, "service": place.target.service}
        self._known = known
        self._repository = repository
        self._memory = memory
        self._followed = Repository(repository.hub, repository.name, repository.config)
        self._told = Told(self._followed, known, place.health, place.ask)
        self._finding = Finding(self._followed, memory)
        self._dispatch = Dispatch(repository, memory, self._finding, known)
        self._looking = Looking(self._followed, memory, self._told, clock)
        self._before = Before(repository, Told(repository, known, place.health, place.ask), known)

    @classmethod
    def of(cls, place: Place, clock: Callable[[], float] = time.monotonic) -> Github:
        assert isinstance(place.config, Config)
        if not place.repository:
            raise error("no_repository")
        repository = Repository(hub_of(place), place.repository, place.config)
        return cls(place, repository, Memory(place.config.appears_within, clock), clock)

    async def resolve(self, wanted: str) -> Version:
        return await self._repository.resolve(wanted)

    async def running(self) -> Observation:
        try:
            return await self._wherever(self._told.now)
        except AdapterError as found:
            return Unreadable(found.code, found.facts)

    async def effect(self, change: Change) -> dict[str, Any]:
        return await self._dispatch.effect(change)

    async def preflight(self, change: Change) -> Preflight:
        return await self._before.preflight(change)

    async def start(self, attempt: Attempt) -> Ref:
        return await self._dispatch.start(attempt, self._told.titles)

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        try:
            return await self._wherever(lambda: self._found(attempt))
        except AdapterError as found:
            if not found.retry:
                raise
            return Unclear(found.code, found.facts)

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        return await self._wherever(lambda: self._looking.look(attempt, ref))

    def link(self, attempt: Attempt, ref: Ref) -> str | None:
        """The run's page, in the repository that was approved."""
        repository = str(attempt.effect.get("repository", self._repository.name))
        return pages.run(self._repository.hub.api, repository, int(ref.data["run"]))

    async def records(self, attempt: Attempt) -> Collection[str]:
        """The environments that jobs of the workflow name: GitHub makes a deployment of the run's commit for each."""
        return await self._wherever(lambda: recorded(self._followed, attempt))

    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        await self._wherever(lambda: self._looking.cancel(int(ref.data["run"])))

    async def _found(self, attempt: Attempt) -> Ref | Absent | Unclear:
        return await self._finding.find(attempt, await self._told.titles())

    async def _wherever(self, look: Callable[[], Awaitable[T]]) -> T:
        """What was begun goes on under a repository's new name. What is planned or sent names the old one: refused."""
        try:
            return await look()
        except AdapterError as found:
            if found.code != "moved" or not self._followed.goes_to(str(found.facts["to"])):
                raise
        return await look()

    async def abandon(self, attempt: Attempt) -> bool:
        """GitHub takes no dispatch back: only where none can be on its way any more.

        With a tag the tag is taken by ourselves: whoever comes late finds it and does not dispatch.
        """
        async with self._memory.alone(attempt.id):
            found = await self.find(attempt)
            if not isinstance(found, Absent):
                return False
            if self._repository.config.pin == "tag" and not self._memory.quiet(attempt.id):
                await self._taken(attempt)
            self._memory.abandoned.add(attempt.id)
            return True

    async def _taken(self, attempt: Attempt) -> None:
        """Raises AdapterError where somebody else has it."""
        body = {"ref": f"refs/tags/{tag(attempt)}", "sha": attempt.to.id}
        await self._repository.hub.send("tag", "POST", self._repository.path("/git/refs"), body)

    def hears(self, ref: Ref | None, hint: Hint) -> bool:
        """Whether a hint about this run or commit may be about the attempt behind ``ref``."""
        if not isinstance(hint, RepositoryHint):
            return False
        mine = ref is None or hint.run is None or ref.data.get("run") == hint.run
        if mine and ref is not None:
            pace_of(self._repository.hub).hurry(int(ref.data["run"]))
        return mine

    async def versions(self) -> Sequence[Version]:
        return await self._told.versions(await self._told.titles())

    async def logs(self, count: int) -> str:
        """Of the newest run of this target: the job that failed, else the last one that ran."""
        shown = await self._told.titles()
        runs = [run for run in await self._repository.runs() if shown.read(run.title)]
        jobs = await self._repository.jobs(runs[0].id) if runs else []
        job = judge.loudest(jobs) or next((job for job in reversed(jobs) if job.begun), None)
        said = lines.plain(await self._repository.log(job.id)) if job else []
        return "\n".join(said[-max(1, count) :])

    async def diagnose(self) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        return await doctor.lines(self._repository, self._before, self._known)

    async def close(self) -> None:
        """The identity is shared: whoever connected it lets it go."""
