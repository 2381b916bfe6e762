"""A platform that runs somewhere else for so many seconds, and whose follower can be told that something happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.model import Attempt, Hint, Progress, Ref, ServiceHint
from tests.engine.life import Life, lived
from tests.engine.world import Clock, Platform

REPOSITORY, SERVICE = "org/app", "app-service"


@dataclass
class Workflow(Platform):
    """``seconds``: of each run, whoever looks how often. ``run``: the newest one's id."""

    seconds: float = 30.0
    run: int = 0
    ends: dict[str, float] = field(default_factory=dict)

    async def start(self, attempt: Attempt) -> Ref:
        ref = await super().start(attempt)
        if attempt.id not in self.ends:
            self.run += 1
            self.ends[attempt.id] = self.clock.monotonic() + self.seconds
        return Ref({**ref.data, "run": self.run})

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        self.jobs[attempt.id].looks = 1 if self.clock.monotonic() < self.ends[attempt.id] else 0
        return await super().check(attempt, ref)

    def hears(self, ref: Ref | None, hint: Hint) -> bool:
        if isinstance(hint, ServiceHint):
            return hint.service == SERVICE
        return ref is None or hint.run is None or ref.data["run"] == hint.run


@asynccontextmanager
async def hearing(path: Path) -> AsyncIterator[Life]:
    """A life whose targets are of one repository."""
    async with lived(path, lambda spec: replace(spec, repository=REPOSITORY)) as life:
        assert isinstance(life.clock, Clock)
        life.platform = Workflow(life.clock)
        life.restart()
        yield life
