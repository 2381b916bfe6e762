"""What is read when: an end at once, jobs when somebody says that they moved and else now and then."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.github.adapter import Github
from bot.errors import AdapterError
from bot.model import Attempt, Progress, Ref, RepositoryHint, Status
from playground.github import Run
from tests.github.test_environment import GUARDED
from tests.github.town import REPOSITORY, Town, dispatched, order, town


class Begun:
    """Dispatched, and looked at once while nothing of it had begun."""

    def __init__(self, world: Town, adapter: Github, attempt: Attempt, ref: Ref) -> None:
        self.world, self.adapter, self.attempt, self.ref = world, adapter, attempt, ref
        self.run: Run = dispatched(world)[-1]

    async def look(self) -> Progress:
        return await self.adapter.check(self.attempt, self.ref)

    async def steps(self) -> list[str]:
        return [step.code for step in (await self.look()).steps]


async def begun(world: Town, **changes: Any) -> Begun:
    world.runner = False
    adapter = world.adapter(**changes)
    one = await order(adapter, world.repo.commit())
    found = Begun(world, adapter, one, await adapter.start(one))
    assert await found.steps() == ["queued"]
    return found


async def test_a_hint_shows_at_once_what_moved(world: Town) -> None:
    it = await begun(world)
    it.run.advance("build", "Build")
    assert await it.steps() == ["queued"]
    assert it.adapter.hears(it.ref, RepositoryHint(REPOSITORY, it.run.id))
    assert await it.steps() == ["queued", "job:build"]


async def test_jobs_are_read_again_after_a_while(world: Town) -> None:
    it = await begun(world, jobs_every="20s")
    it.run.advance("build", "Build")
    world.passes(19.0)
    assert await it.steps() == ["workflow"]
    world.passes(1.0)
    assert await it.steps() == ["queued", "job:build"]


async def test_a_run_that_is_deleted_while_it_is_followed_is_told_and_ends_nothing(world: Town) -> None:
    it = await begun(world)
    world.repo.runs.remove(it.run)
    world.passes(400.0)
    it.ref = Ref({**it.ref.data, "at": 0.0})
    with pytest.raises(AdapterError) as silent:
        await it.look()
    assert (silent.value.code, silent.value.retry) == ("run_gone", True)


async def test_what_moves_within_a_run_is_paid_for_once(world: Town) -> None:
    it = await begun(world)
    it.run.advance("build", "Build")
    await it.look()
    since = world.github.billed
    assert it.adapter.hears(it.ref, RepositoryHint(REPOSITORY, it.run.id))
    assert await it.steps() == ["queued", "job:build"]
    assert world.github.billed == since + 1


async def test_of_a_run_that_may_have_begun_meanwhile_nobody_says_that_it_waits_for_a_runner(world: Town) -> None:
    it = await begun(world)
    world.passes(4.0)
    assert await it.steps() == ["queued"]
    world.passes(2.0)
    assert await it.steps() == ["workflow"]


async def test_an_end_is_seen_at_the_next_look_and_every_job_is_judged(world: Town) -> None:
    it = await begun(world)
    it.run.advance("build", conclusion="success")
    await it.look()
    it.run.advance("deploy", "Roll out", "failure")
    seen = await it.look()
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.failure.facts["part"]) == (Status.FAILED, "job_failed", "Roll out")


async def test_a_run_that_begins_to_wait_for_its_environment_is_seen_within_seconds() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        it = await begun(world)
        await it.look()
        it.run.advance("build", conclusion="success")
        world.passes(2.0)
        assert "environment" in await it.steps()
        world.repo.review(it.run, "dev", "approved", "haneul")
        assert "environment" not in await it.steps()


async def test_a_job_that_waits_for_its_environment_beside_another_at_work_is_seen_too() -> None:
    async with town(GUARDED.replace("    needs: build\n", "")) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        it = await begun(world)
        it.run.advance("build", "Build")
        assert it.adapter.hears(it.ref, RepositoryHint(REPOSITORY, it.run.id))
        assert "environment" in await it.steps()


async def test_a_workflow_without_environments_is_not_asked_whether_it_waits(world: Town) -> None:
    it = await begun(world)
    world.passes(10.0)
    await it.look()
    assert not [seen for seen in world.github.requests if seen.query.get("status") == "waiting"]


async def test_a_run_that_ended_and_was_begun_again_is_no_longer_over(world: Town) -> None:
    it = await begun(world)
    world.carry_out(it.run)
    assert (await it.look()).status is Status.DONE
    it.run.rerun("minsu")
    assert (await it.look()).status is Status.RUNNING


async def test_an_end_that_githubs_list_does_not_show_is_found_by_reading_the_run(world: Town) -> None:
    """The list is then left alone: what it shows may be old."""
    it = await begun(world)
    ended_first(world, it.run)
    world.passes(59.0)
    assert (await it.look()).status is Status.RUNNING
    world.passes(1.0)
    assert (await it.look()).status is Status.DONE
    since = len(world.github.requests)
    again = await order(it.adapter, world.repo.commit(), 2)
    ref = await it.adapter.start(again)
    await it.adapter.check(again, ref)
    world.carry_out(dispatched(world)[-1])
    world.passes(5.0)
    assert (await it.adapter.check(again, ref)).status is Status.DONE
    assert not [seen for seen in world.github.requests[since:] if seen.query.get("status") == "completed"]


def ended_first(world: Town, run: Run) -> None:
    """Some time ago, and more runs have ended since than are looked through."""
    now, world.github.now = world.github.now, lambda: now() - 30.0
    world.carry_out(run)
    world.github.now = now
    for _ in range(11):
        world.repo.dispatch(run.workflow, "main", dict(run.inputs), world.github.state.user("minsu")).finish()


async def test_a_run_that_github_does_not_show_yet_is_asked_for_less_and_less_often(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", "late:300")
    ref = await adapter.start(one)
    since = len(world.github.requests)
    for age in range(100):
        await adapter.check(one, Ref({**ref.data, "at": ref.data["at"] - age}))
        world.passes(1.0)
    assert 10 <= [seen.name for seen in world.github.requests[since:]].count("run") <= 25
