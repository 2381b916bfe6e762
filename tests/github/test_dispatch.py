"""A dispatch is sent once, whatever became of its answer; and not at all where the world is not as planned."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from bot.errors import AdapterError
from bot.model import Absent, Change, Kind, Ref, Status, Unclear
from playground.host import until
from tests.github.town import Town, dispatched, order, town

LOST = ["lost_after_effect", "502", "garbled"]
NOT_DONE = ["primary_limit", "secondary_limit", "secondary_limit_no_header"]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("pin", ["head_sha", "tag"])
async def test_an_answer_that_was_lost_is_looked_up_and_the_dispatch_is_not_sent_again(
    world: Town, fault: str, pin: str
) -> None:
    adapter = world.adapter(pin=pin)
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", fault)
    with pytest.raises(AdapterError) as lost:
        await adapter.start(one)
    assert lost.value.retry
    found = await adapter.find(one)
    assert found == Ref({"run": dispatched(world)[0].id})
    assert len(dispatched(world)) == 1


@pytest.mark.parametrize("fault", ["lost_after_effect", "late:3600+502"])
@pytest.mark.parametrize("pin", ["head_sha", "tag"])
async def test_a_start_that_is_asked_for_again_sends_nothing_and_says_what_became_of_the_first(
    world: Town, fault: str, pin: str
) -> None:
    world.runner = False
    adapter = world.adapter(pin=pin)
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", fault)
    with pytest.raises(AdapterError):
        await adapter.start(one)
    again = asyncio.create_task(adapter.start(one))
    if fault == "lost_after_effect":
        assert (await again).data["run"] == dispatched(world)[0].id
    else:
        looked = len(world.github.requests)

        async def looking() -> bool:
            return len(world.github.requests) > looked

        await until(looking, 30.0, "nobody looks")
        world.passes(6.0)
        with pytest.raises(AdapterError) as unseen:
            await again
        assert (unseen.value.code, unseen.value.retry) == ("not_visible", True)
    assert len(dispatched(world)) == 1


@pytest.mark.parametrize("pin", ["head_sha", "tag"])
async def test_a_run_that_appears_five_minutes_late_is_waited_for_and_nothing_is_sent_meanwhile(
    world: Town, pin: str
) -> None:
    adapter = world.adapter(pin=pin)
    one = await order(adapter, world.repo.commit())
    world.runner = False
    world.github.faults.next("dispatch", "502")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    dispatched(world)[0].visible_at = world.github.now() + 300.0
    for _ in range(3):
        assert isinstance(await adapter.find(one), Unclear)
        world.passes(99.0)
    assert not await adapter.abandon(one)
    world.passes(5.0)
    assert isinstance(await adapter.find(one), Ref)
    assert len(dispatched(world)) == 1


async def test_a_run_that_github_named_and_does_not_show_yet_counts_as_queued(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", "late:120")
    ref = await adapter.start(one)
    seen = await adapter.check(one, ref)
    assert (seen.status, [step.code for step in seen.steps]) == (Status.RUNNING, ["queued"])
    world.passes(121.0)
    assert (await adapter.check(one, ref)).status in (Status.RUNNING, Status.DONE)


@pytest.mark.parametrize("fault", ["lost_before_effect", "500", "503"])
async def test_nobody_can_tell_until_no_run_can_appear_any_more(world: Town, fault: str) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", fault)
    with pytest.raises(AdapterError):
        await adapter.start(one)
    assert isinstance(await adapter.find(one), Unclear)
    assert not await adapter.abandon(one)
    world.passes(359.0)
    assert isinstance(await adapter.find(one), Unclear)
    world.passes(2.0)
    assert await adapter.find(one) == Absent()
    assert await adapter.abandon(one)


@pytest.mark.parametrize("fault", NOT_DONE)
async def test_a_dispatch_that_github_would_not_take_was_certainly_not_done(world: Town, fault: str) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", fault)
    with pytest.raises(AdapterError) as limited:
        await adapter.start(one)
    assert (limited.value.code, limited.value.retry) == ("rate_limited", True)
    world.github.now = lambda: time.time() + 7200.0  # the limit is over; a run could still appear
    assert await adapter.find(one) == Absent()
    assert dispatched(world) == []


async def test_an_older_server_that_names_no_run_is_understood(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", "no_details")
    ref = await adapter.start(one)
    assert ref.data["run"] == dispatched(world)[0].id


UNMARKED = """\
name: CD
run-name: Deploy ${{ inputs.image_tag }} to ${{ inputs.environment }}
on:
  workflow_dispatch:
    inputs:
      environment: {required: true, type: string}
      image_tag: {required: true, type: string}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: make deploy
"""
PLAIN = {"environment": "{env}", "image_tag": "{version}"}


async def test_without_a_mark_a_single_candidate_is_taken_and_of_two_none() -> None:
    async with town(UNMARKED) as world:
        adapter = world.adapter(inputs=PLAIN)
        one = await order(adapter, world.repo.commit())
        world.github.faults.next("dispatch", "lost_after_effect")
        with pytest.raises(AdapterError):
            await adapter.start(one)
        found = await adapter.find(one)
        assert found == Ref({"run": dispatched(world)[0].id, "single": True})
        bot = world.github.state.user("slipway-bot")
        twin = {"environment": "dev", "image_tag": one.to.id}
        world.repo.dispatch(world.repo.workflows[0], "main", twin, bot)
        assert await adapter.find(one) == Unclear("several_runs", {"count": 2})


async def test_without_a_mark_a_run_of_somebody_else_or_of_another_version_is_no_candidate() -> None:
    async with town(UNMARKED) as world:
        adapter = world.adapter(inputs=PLAIN)
        one = await order(adapter, world.repo.commit())
        for who, inputs in (
            ("somebody", {"environment": "dev", "image_tag": one.to.id}),
            ("slipway-bot", {"environment": "prod", "image_tag": one.to.id}),
            ("slipway-bot", {"environment": "dev", "image_tag": "b" * 40}),
        ):
            world.repo.dispatch(world.repo.workflows[0], "main", inputs, world.github.state.user(who))
        assert isinstance(await adapter.find(one), Unclear)
        world.passes()
        assert await adapter.find(one) == Absent()


async def test_a_branch_that_moved_after_the_plan_is_refused_without_a_dispatch(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    moved = world.repo.commit("Somebody else's")
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, refused.value.retry, refused.value.facts["found"]) == ("ref_moved", False, moved[:7])
    assert await adapter.find(one) == Absent()
    assert await adapter.abandon(one)
    assert dispatched(world) == []


async def test_a_branch_that_moves_during_the_dispatch_is_noticed_and_the_run_cancelled(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", "main_moves")
    ref = await adapter.start(one)
    await adapter.check(one, ref)
    seen = await adapter.check(one, ref)
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.switched) == (Status.FAILED, "wrong_commit", False)
    assert dispatched(world)[0].cancelled_by is not None


async def test_a_configuration_that_changed_after_the_approval_is_not_dispatched(world: Town) -> None:
    one = await order(world.adapter(), world.repo.commit())
    other = world.adapter(inputs={"environment": "prod", "image_tag": "{version}", "deploy_id": "{attempt}"})
    with pytest.raises(AdapterError) as refused:
        await other.start(one)
    assert (refused.value.code, dispatched(world)) == ("effect_changed", [])


async def test_what_the_plan_wants_to_keep_is_no_change_of_the_configuration(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    await adapter.start(replace(one, effect={**one.effect, "keep": ["model"]}))
    assert len(dispatched(world)) == 1


async def test_what_cannot_carry_the_version_deploys_the_newest_commit_only(world: Town) -> None:
    old = world.repo.branch("main")
    new = world.repo.commit()
    plain = {"inputs": {"environment": "{env}", "image_tag": "latest"}, "rules": {}}
    adapter = world.adapter(**plain)
    assert (await adapter.effect(Change(Kind.DEPLOY, None, await adapter.resolve(new))))["commit"] == new
    with pytest.raises(AdapterError) as refused:
        await adapter.effect(Change(Kind.ROLLBACK, None, await adapter.resolve(old)))
    assert refused.value.code == "version_not_sent"
    pinned = await world.adapter(pin="tag", **plain).effect(Change(Kind.ROLLBACK, None, await adapter.resolve(old)))
    assert pinned["commit"] == old


async def test_a_process_alone_is_not_a_version_to_dispatch(world: Town) -> None:
    adapter = world.adapter()
    now = await adapter.resolve("main")
    with pytest.raises(AdapterError) as refused:
        await adapter.effect(Change(Kind.RESTART, now, now))
    assert refused.value.code == "restart_not_possible"


@pytest.mark.parametrize("pin", ["head_sha", "tag"])
async def test_an_older_version_is_dispatched_as_the_version_and_runs_the_right_commit(world: Town, pin: str) -> None:
    old = world.repo.branch("main")
    new = world.repo.commit()
    adapter = world.adapter(pin=pin)
    await adapter.start(await order(adapter, old, kind=Kind.ROLLBACK))
    run = dispatched(world)[0]
    assert (run.inputs["image_tag"], run.head_sha) == (old, old if pin == "tag" else new)
