"""What following costs of the 5,000 requests an hour."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from adapters.github.adapter import Github
from adapters.github.hub import Hub
from adapters.github.pace import PACES, Pace
from bot.model import Attempt, Identity, Ref, RepositoryHint, Status
from tests.github.town import CD, REPOSITORY, Town, order, town

TARGETS, AN_HOUR = 40, 4  # deploys of one target in an hour: each takes as long as it may by default
SHARE, HOUR = 2000, 5000  # requests an hour: for all of them; and what an identity has
MOVES = (("build", "Build"), ("build", None), ("deploy", "Push image"), ("deploy", "Roll out"))
MANY = 40  # steps of a job
LONG = CD.replace(
    "make deploy\n", "make deploy\n" + "".join(f"      - name: Part {n}\n        run: a\n" for n in range(MANY))
)
ALL = (*MOVES, *(("deploy", f"Part {n}") for n in range(MANY)))


class Watched:
    """An adapter of its own, and what it paid for by the request's name. ``others``: runs followed at the same time."""

    def __init__(self, world: Town, others: int = 0, *, webhooks: bool = False) -> None:
        world.runner = False
        hub = Hub(Identity(world.github.api, token=world.token("slipway-bot")), lambda _: None)
        self._pace = PACES[hub] = Pace(lambda: time.monotonic() + world.clock)
        self._world, self._others, self._webhooks = world, others, webhooks
        self.adapter: Github = world.of(hub)
        self.hub = hub

    async def through(
        self, seconds: int, every: float, n: int = 1, moves: Sequence[tuple[str, str | None]] = MOVES
    ) -> Counter[str]:
        """A run that takes so long, looked at so often; paid for since its dispatch."""
        one = await order(self.adapter, self._world.repo.commit(), n)
        ref = await self.adapter.start(one)
        await self.hub.login()  # asked once in a process
        asked = len(self._world.github.requests)
        run = next(run for run in self._world.repo.runs if run.id == ref.data["run"])
        part = seconds / (len(moves) + 1)
        assert await self._looked(one, ref, part, every) is Status.RUNNING
        for job, step in moves:
            run.advance(job, step, None if step else "success")
            if self._webhooks:
                self.adapter.hears(ref, RepositoryHint(REPOSITORY, run.id))
            assert await self._looked(one, ref, part, every) is Status.RUNNING
        self._world.carry_out(run)
        assert await self._looked(one, ref, 3 * every, every) is Status.DONE
        return Counter(seen.name for seen in self._world.github.requests[asked:] if seen.billed)

    async def _looked(self, attempt: Attempt, ref: Ref, seconds: float, every: float) -> Status:
        for _ in range(round(seconds / every)):
            seen = await self.adapter.check(attempt, ref)
            self._world.passes(every)
            for other in range(self._others):
                self._pace.due(-other)
        return seen.status


async def test_a_run_of_a_minute_costs_three_requests_however_much_moves_in_it(world: Town) -> None:
    """The first of a process also learns which runs had ended before."""
    watched = Watched(world)
    assert await watched.through(50, 1.0) == {"run": 1, "workflow_runs": 2, "jobs": 1}
    assert await watched.through(50, 1.0, 2) == {"run": 1, "workflow_runs": 1, "jobs": 1}


async def test_forty_runs_at_once_stay_below_a_twentieth_of_the_hour(world: Town) -> None:
    paid = await Watched(world, TARGETS - 1).through(60, 5.0)
    assert paid.total() * TARGETS < HOUR / 20, paid


async def test_forty_runs_at_once_stay_below_it_with_webhooks_too(world: Town) -> None:
    paid = await Watched(world, TARGETS - 1, webhooks=True).through(60, 5.0)
    assert paid.total() * TARGETS < HOUR / 20, paid


async def test_forty_targets_that_deploy_all_the_time_stay_below_two_thousand_requests_an_hour() -> None:
    """Their jobs are read now and then, too, and have moved each time."""
    async with town(LONG) as world:
        paid = await Watched(world, TARGETS - 1).through(3600 // AN_HOUR, 10.0, moves=ALL)
    assert paid["jobs"] > 2
    assert paid.total() * AN_HOUR * TARGETS <= SHARE, paid
