"""What is kept of a deploy whose metric is watched: in the row, so that any process goes on with it.

Only time in which somebody looked counts, by the monotonic clock: neither a jump of the wall clock nor a bot that was
away makes the watch shorter or longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.engine.core import Core
from bot.engine.moving import move
from bot.engine.watching import Watching
from bot.model import Attempt, Deploy, Direction, Evidence, Health, Phase, WatchAfter
from bot.prometheus import Reading

FACT = "watch"
KEPT = 20  # readings


@dataclass(frozen=True)
class Watched:
    """Seconds, wall clock for display only. ``code``, ``value``, ``samples``: the newest reading, as it was judged.

    ``broken``: readings in a row against the bound. ``held``: since when a person is asked; ``waited``: for how long.
    """

    bound: str
    need: int
    left: float
    ends: float
    watched: float = 0.0
    rounds: int = 1
    broken: int = 0
    code: str | None = None
    value: float | None = None
    samples: int | None = None
    held: float | None = None
    waited: float = 0.0
    nagged: bool = False
    readings: tuple[tuple[float, float | None, int | None, str], ...] = ()

    def after(self, passed: float, reading: Reading, code: str, now: float) -> Watched:
        """One reading later."""
        left = max(self.left - passed, 0.0)
        return replace(
            self,
            left=left,
            ends=now + left,
            watched=self.watched + passed,
            waited=self.waited + passed if self.held else 0.0,
            broken=self.broken + 1 if code == "broken" else 0,
            code=code,
            value=reading.value,
            samples=reading.samples,
            readings=(*self.readings, (now, reading.value, reading.samples, code))[-KEPT:],
        )

    def again(self, seconds: float, now: float) -> Watched:
        """A person's *Watch on*."""
        return replace(
            self, left=seconds, ends=now + seconds, rounds=self.rounds + 1, held=None, waited=0.0, nagged=False
        )


def of(deploy: Deploy) -> Watched | None:
    kept: Mapping[str, Any] | None = deploy.facts.get(FACT)
    return Watched(**{**kept, "readings": tuple(tuple(one) for one in kept["readings"])}) if kept else None


def facts(deploy: Deploy, watched: Watched) -> dict[str, Any]:
    return {**deploy.facts, FACT: asdict(watched)}


def to_watch(deploy: Deploy, attempt: Attempt) -> WatchAfter | None:
    """None: a verified attempt is the end. What puts the old version back is never watched."""
    return deploy.plan.watch_after if attempt.direction is Direction.FORWARD else None


async def begin(
    core: Core,
    deploy: Deploy,
    after: WatchAfter,
    memory: Watching,
    health: Health,
    evidence: Evidence,
    downtime: float | None,
) -> float:
    """Verified: from here on it is watched. A watch that an unreadable host interrupted goes on where it was."""
    watched = of(deploy) or Watched(after.metric.bound, after.metric.samples, after.for_, core.now() + after.for_)
    memory.trial, memory.counted, memory.unproved, memory.unwell = None, None, 0, 0
    await move(
        core,
        deploy,
        Phase.WATCHING,
        "watching",
        facts={"left": watched.left, "bound": after.metric.bound},
        columns={
            "code": None,
            "health": health,
            "evidence": evidence,
            "downtime": downtime if deploy.downtime is None else deploy.downtime,
            "facts": facts(deploy, watched),
        },
    )
    return 0.0
