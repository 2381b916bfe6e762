"""What runs, as the world tells: the service's own answer where it names its version, else GitHub's record.

The record is the newest run of this target that ended green and hid nothing. It proves less: nobody asked the service.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.github import filling, judge
from adapters.github.answers import Job, Run
from adapters.github.judge import Look
from adapters.github.repository import PAGE, SHA, Repository, error, version
from adapters.github.titles import Titles, titles
from bot.errors import AdapterError
from bot.model import Answer, Evidence, HealthCheck, Nothing, Observation, Running, Version

Ask = Callable[[HealthCheck], Awaitable[Answer]]
PAGES = 3  # of green runs, where other targets use the same workflow
CANDIDATES = 3
PINNED = "slipway/"  # how our own tags begin


@dataclass(frozen=True)
class Last:
    """``version`` None: the run names none that exists."""

    run: Run
    version: Version | None


class Told:
    """``health`` and ``ask`` where the service can be asked for its version."""

    def __init__(
        self, repository: Repository, known: dict[str, str], health: HealthCheck | None, ask: Ask | None
    ) -> None:
        self._repository = repository
        self._known = known
        self._health = health if health and health.version and ask else None
        self._ask = ask

    async def titles(self) -> Titles:
        """By the workflow as it is now."""
        config = self._repository.config
        return titles((await self._repository.workflow(config.ref)).run_name, config.inputs, self._known)

    def proof(self, shown: Titles) -> str | None:
        """The code of the proof that a deploy will be able to have."""
        if self._health:
            return "answer"
        return "run" if self._telling(shown) else None

    def _telling(self, shown: Titles) -> bool:
        """Whether a run alone says of which target and of which version it was."""
        config = self._repository.config
        by_commit = config.pin == "tag" or not filling.carries_version(config.inputs)
        return shown.apart and (by_commit or shown.version)

    async def now(self) -> Observation:
        shown = await self.titles()
        telling = self._telling(shown)
        last = await self.last(shown) if telling else None
        since, instance = (last.run.since, str(last.run.id)) if last else (None, "")
        said = await self._said(last)
        if isinstance(said, Version):
            return Running(said, "answer", instance=instance, since=since)
        if not telling:
            raise error("service_silent", retry=True, answer=said)
        if last is None:
            return Nothing({"workflow": self._repository.config.workflow})
        if last.version is None:
            raise error("version_untold", run=last.run.id)
        return Running(last.version, "run", instance=instance, since=since)

    async def evidence(self, to: Version, run: Run, at: float) -> Evidence | None:
        """After a clean green run: of the version that the service names, else of the run's own."""
        if self._health:
            said = await self._said(Last(run, to))
            return Evidence(said.id, "answer", str(run.id), at, {"run": run.id}) if isinstance(said, Version) else None
        shown = await self.titles()
        told = await self._of(run, shown) if self._telling(shown) else None
        return Evidence(told.id, "run", str(run.id), at, {"run": run.id}) if told else None

    async def _said(self, last: Last | None) -> Version | str:
        """The version in the service's own answer; a word for what came instead."""
        if self._health is None or self._ask is None:
            return "-"
        answer = await self._ask(self._health)
        said = (answer.version or "").strip()
        if not said:
            return answer.error or f"HTTP {answer.status}"
        known = last.version.id if last and last.version else ""
        if len(said) >= 7 and known.startswith(said):
            return version(known)
        try:
            return version((await self._repository.resolve(said)).id)
        except AdapterError as found:
            if found.code in ("bad_ref", "version_not_found", "ambiguous_ref"):
                raise error("answer_unknown", said=said[:80]) from None
            raise

    async def last(self, shown: Titles) -> Last | None:
        """The newest green run of this target that hid nothing."""
        for page in range(1, PAGES + 1):
            runs = await self._repository.runs(page, status="success")
            mine = sorted((run for run in runs if shown.read(run.title)), key=lambda run: run.since, reverse=True)
            for run in mine[:CANDIDATES]:
                if await self._clean(run):
                    return Last(run, await self._of(run, shown))
            if mine or len(runs) < PAGE:
                return None
        return None

    async def versions(self, shown: Titles) -> list[Version]:
        """What ran green here, newest first, each once."""
        if not self._telling(shown):
            return []
        runs = [run for run in await self._repository.runs(status="success") if shown.read(run.title)]
        found = [await self._of(run, shown) for run in sorted(runs, key=lambda run: run.since, reverse=True)]
        return list({one.id: one for one in found if one}.values())

    async def _clean(self, run: Run) -> bool:
        jobs: list[Job] = await self._repository.jobs(run.id)
        return judge.hidden(Look(run, jobs, self._repository.config.deploy_jobs, run.since, run.sha, "")) is None

    async def _of(self, run: Run, shown: Titles) -> Version | None:
        """The version that a run of this target was of."""
        told = shown.read(run.title)
        if told is None:
            return None
        if told.version is not None:
            return await self._existing(told.version)
        pinned = (run.branch or "").startswith(PINNED)
        by_head = pinned or not filling.carries_version(self._repository.config.inputs)
        return version(run.sha) if by_head else None

    async def _existing(self, named: str) -> Version | None:
        if SHA.fullmatch(named):
            return version(named)
        try:
            return version((await self._repository.resolve(named)).id)
        except AdapterError as found:
            if found.retry:
                raise
            return None
