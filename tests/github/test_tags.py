"""``pin = "tag"``: GitHub makes a tag once, and whoever made it is the only one to dispatch."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import AdapterError
from bot.model import Absent, Attempt, Unclear, Version
from playground.host import until
from tests.github.town import Town, dispatched, order


def tags(world: Town) -> list[str]:
    return [name for name in world.repo.tree.tags if name.startswith("slipway/")]


async def asked(world: Town, times: int) -> None:
    """Until GitHub was asked so often to make a tag."""

    async def so_often() -> bool:
        return sum(seen.name == "create_ref" for seen in world.github.requests) >= times

    await until(so_often, 30.0, "nobody makes the tag")


async def planned(world: Town) -> Attempt:
    return await order(world.adapter(pin="tag"), world.repo.commit())


async def test_a_tag_keeps_the_approved_commit_whatever_the_branch_does(world: Town) -> None:
    adapter = world.adapter(pin="tag")
    one = await order(adapter, world.repo.commit())
    world.repo.commit("Somebody else's")
    await adapter.start(one)
    assert [(run.head_sha, run.head_branch) for run in dispatched(world)] == [(one.to.id, f"slipway/{one.id}")]


async def test_a_tag_of_that_name_at_another_commit_is_left_alone(world: Town) -> None:
    adapter = world.adapter(pin="tag")
    before = world.repo.branch("main")
    one = await order(adapter, world.repo.commit())
    world.repo.tag(f"slipway/{one.id}", before)
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, dispatched(world)) == ("refused", [])


async def test_a_commit_that_github_does_not_have_gets_no_tag_and_no_dispatch(world: Town) -> None:
    one = await planned(world)
    gone = replace(one, to=Version("f" * 40, "fffffff"), effect={**one.effect, "commit": "f" * 40})
    filled = {**one.effect["inputs"], "image_tag": "f" * 40}
    with pytest.raises(AdapterError) as refused:
        await world.adapter(pin="tag").start(replace(gone, effect={**gone.effect, "inputs": filled}))
    assert (refused.value.code, tags(world), dispatched(world)) == ("refused", [], [])


async def test_two_processes_that_start_one_attempt_at_once_dispatch_it_once(world: Town) -> None:
    world.runner = False
    one = await planned(world)
    refs = await asyncio.gather(*(world.adapter(pin="tag").start(one) for _ in range(3)))
    assert {ref.data["run"] for ref in refs} == {run.id for run in dispatched(world)}
    assert len(dispatched(world)) == 1


async def test_a_tag_that_somebody_else_has_just_made_is_theirs_to_dispatch(world: Town) -> None:
    """The run that is taken is the one that they begin."""
    one = await planned(world)
    world.repo.tag(f"slipway/{one.id}", one.to.id)
    starting = asyncio.create_task(world.adapter(pin="tag").start(one))
    await asked(world, 1)
    bot, filled = world.github.state.user("slipway-bot"), {**one.effect["inputs"], "deploy_id": one.id}
    theirs = world.repo.dispatch(world.repo.workflows[0], f"refs/tags/slipway/{one.id}", filled, bot)
    assert (await starting).data["run"] == theirs.id
    assert len(dispatched(world)) == 1


async def test_a_tag_whose_maker_died_long_ago_is_taken_over(world: Town) -> None:
    one = await planned(world)
    world.repo.tag(f"slipway/{one.id}", one.to.id)
    adapter = world.adapter(pin="tag")
    assert isinstance(await adapter.find(one), Unclear)
    world.passes()
    assert await adapter.find(one) == Absent()
    await adapter.start(one)
    assert [run.head_sha for run in dispatched(world)] == [one.to.id]


async def test_without_the_tag_nothing_can_have_been_dispatched(world: Town) -> None:
    assert await world.adapter(pin="tag").find(await planned(world)) == Absent()


@pytest.mark.parametrize("fault", ["lost_after_effect", "lost_before_effect", "502"])
async def test_a_tag_whose_answer_was_lost_is_no_reason_to_dispatch_twice(world: Town, fault: str) -> None:
    one, adapter = await planned(world), world.adapter(pin="tag")
    world.github.faults.next("create_ref", fault)
    with pytest.raises(AdapterError) as lost:
        await adapter.start(one)
    assert (lost.value.retry, dispatched(world), await adapter.find(one)) == (True, [], Absent())
    ref = await adapter.start(one)
    assert [run.id for run in dispatched(world)] == [ref.data["run"]]


async def test_an_attempt_that_was_given_up_takes_the_tag_before_whoever_is_late(
    world: Town,
) -> None:
    one, late = await planned(world), world.adapter(pin="tag")
    adapter = world.adapter(pin="tag")
    assert await adapter.abandon(one)
    assert tags(world) == [f"slipway/{one.id}"]
    assert await adapter.find(one) == Absent()
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert refused.value.code == "abandoned"
    assert isinstance(await late.find(one), Unclear)
    assert dispatched(world) == []


async def test_an_attempt_is_either_given_up_or_dispatched_never_both(world: Town) -> None:
    one = await planned(world)
    world.runner = False
    starting = asyncio.create_task(world.adapter(pin="tag").start(one))
    (given_up,) = await asyncio.gather(world.adapter(pin="tag").abandon(one), return_exceptions=True)
    if given_up is True:
        await asked(world, 2)
        starting.cancel()  # it looks for a run that will never be there
    await asyncio.gather(starting, return_exceptions=True)
    assert len(dispatched(world)) == (given_up is not True)


async def test_a_run_of_that_tag_that_another_account_began_is_not_ours(world: Town) -> None:
    one = await planned(world)
    world.repo.tag(f"slipway/{one.id}", one.to.id)
    inputs = {**one.effect["inputs"], "deploy_id": one.id}
    world.repo.dispatch(world.repo.workflows[0], f"slipway/{one.id}", inputs, world.github.state.user("jieun"))
    assert isinstance(await world.adapter(pin="tag").find(one), Unclear)
