"""A platform whose environment names a model, writes the one that is ordered, and puts the old one back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.model import Change, Evidence, Finding, ModelSource, Preflight, Progress
from tests.engine.world import Job, Platform

KEYED = ModelSource(key="MODEL_ID", adapters=("lora",))


@dataclass
class Keyed(Platform):
    """``forgets``: it says that it is done and has not written the model."""

    names: str | None = "small-1"
    was: dict[str, str | None] = field(default_factory=dict)  # attempt → what it replaced
    forgets: bool = False
    findings: tuple[Finding, ...] = ()

    async def model(self, key: str) -> str | None:
        await self._said("model")
        return self.names

    async def effect(self, change: Change) -> dict[str, Any]:
        model = {"model": change.model.plain} if change.model else {}
        return {**await super().effect(change), **model}

    async def preflight(self, change: Change) -> Preflight:
        found = await super().preflight(change)
        return Preflight(self.findings if change.model else (), found.proof)

    def _end(self, job: Job) -> None:
        super()._end(job)
        wrote = job.attempt.model
        if wrote is None or self.forgets or job.mode in ("fails", "interrupted"):
            return
        self.was[job.attempt.id] = self.names
        self.names = wrote.id if wrote.id else self.was.get(str(wrote.undoes), self.names)

    def _ended(self, job: Job) -> Progress:
        found, wrote = super()._ended(job), job.attempt.model
        right = wrote is None or wrote.id in (None, self.names)
        return found if right else Progress(found.status, found.steps, found.switched, self._none(), found.failure)

    def _none(self) -> Evidence | None:
        return None
