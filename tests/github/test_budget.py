"""What following costs of the 5,000 requests an hour: forty targets at once, without webhooks."""

from __future__ import annotations

from collections import Counter

from adapters.github.adapter import Github
from bot.model import Attempt, Ref, Status
from tests.github.town import Town, order

TARGETS, AN_HOUR = 40, 4  # deploys of one target in an hour: each takes as long as it may by default
SHARE = 2000  # requests an hour for all of them
MOVES = (("build", "Build"), ("build", None), ("deploy", "Push image"), ("deploy", "Roll out"))


async def test_forty_targets_that_deploy_all_the_time_stay_below_two_thousand_requests_an_hour(world: Town) -> None:
    """One deploy is counted, from behind its dispatch: each costs the same, two requests a change."""
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    ref = await adapter.start(one)
    run = next(run for run in world.repo.runs if run.id == ref.data["run"])
    await world.hubs[0].login()  # asked once in a process
    before, asked = world.github.billed, len(world.github.requests)
    for job, step in MOVES:
        run.advance(job, step, None if step else "success")
        assert await looked(world, adapter, one, ref) is Status.RUNNING
    world.carry_out(run)
    assert await looked(world, adapter, one, ref) is Status.DONE
    paid = Counter(seen.name for seen in world.github.requests[asked:] if seen.billed)
    assert (world.github.billed - before) * AN_HOUR * TARGETS <= SHARE, paid


async def looked(world: Town, adapter: Github, one: Attempt, ref: Ref) -> Status:
    """A while in which the follower looks again and again."""
    for _ in range(9):
        world.passes(10.0)
        seen = await adapter.check(one, ref)
    return seen.status
