"""What changes on GitHub between the plan and the start, and who else is there: nothing is dispatched blindly."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from adapters.github.adapter import Github
from adapters.github.hub import Hub
from bot.errors import AdapterError
from bot.model import Absent, Identity, Ref, Secret, Status, Unclear
from tests.github.town import CD, Town, begun, dispatched, order

RENAMED = CD.replace("image_tag", "tag")


def allowed(world: Town, token: str, **changes: Any) -> None:
    """From now on the token may do only this."""
    access = world.github.state.access
    access[token] = replace(access[token], **changes)


def switched_off(world: Town, token: str) -> None:
    world.repo.workflows[0].state = "disabled_manually"


def renamed(world: Town, token: str) -> None:
    world.github.rename(world.repo, "acme/serving")


def revoked(world: Town, token: str) -> None:
    world.github.revoke(token)


def taken_away(world: Town, token: str) -> None:
    """GitHub says 404 of what one may not see."""
    allowed(world, token, repositories=frozenset({"acme/other"}))


def forbidden(world: Town, token: str) -> None:
    allowed(world, token, permissions={"contents": "read", "metadata": "read"})


BETWEEN = {
    "refused": switched_off,
    "moved": renamed,
    "unauthorized": revoked,
    "not_found": taken_away,
    "forbidden": forbidden,
}


def mine(world: Town) -> tuple[Github, str]:
    value = world.github.token("slipway-bot", repositories=["acme/llmops", "acme/serving"])
    token = Secret("GITHUB_TOKEN")
    token.fill(value)
    return world.of(Hub(Identity(world.github.api, token=token), lambda _: None)), value


@pytest.mark.parametrize("code", BETWEEN)
async def test_what_changed_since_the_plan_is_named_and_nothing_is_dispatched(world: Town, code: str) -> None:
    adapter, token = mine(world)
    one = await order(adapter, world.repo.commit())
    BETWEEN[code](world, token)
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, refused.value.retry, dispatched(world)) == (code, False, [])


async def test_a_dispatch_that_github_refused_is_known_not_to_have_begun(world: Town) -> None:
    adapter, token = mine(world)
    one = await order(adapter, world.repo.commit())
    switched_off(world, token)
    with pytest.raises(AdapterError):
        await adapter.start(one)
    assert await adapter.find(one) == Absent()
    assert await adapter.abandon(one)
    world.repo.workflows[0].state = "active"
    with pytest.raises(AdapterError) as given_up:
        await adapter.start(one)
    assert (given_up.value.code, dispatched(world)) == ("abandoned", [])


async def test_a_dispatch_that_was_limited_is_sent_when_the_time_has_come(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", "secondary_limit")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    world.passes(61.0)
    assert await adapter.find(one) == Absent()
    ref = await adapter.start(one)
    assert [run.id for run in dispatched(world)] == [ref.data["run"]]


async def test_a_start_that_was_held_and_then_sent_may_be_in_the_world(world: Town) -> None:
    """First GitHub did not tell the branch's head; the second time the answer to the dispatch was lost."""
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("ref", "primary_limit:30")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    world.passes(61.0)
    assert await adapter.find(one) == Absent()
    world.github.faults.next("dispatch", "late:300+502")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    assert isinstance(await adapter.find(one), Unclear)
    assert not await adapter.abandon(one)


@pytest.mark.parametrize(("text", "code"), [(None, "workflow_missing"), (RENAMED, "ref_moved")])
async def test_a_workflow_that_changed_on_its_branch_is_not_dispatched(
    world: Town, text: str | None, code: str
) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.repo.commit("Change the workflow", files={".github/workflows/cd.yml": text})
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, dispatched(world)) == (code, [])


async def test_a_renamed_repository_is_named_before_the_plan(world: Town) -> None:
    world.github.rename(world.repo, "acme/serving")
    with pytest.raises(AdapterError) as refused:
        await world.adapter().resolve("main")
    assert (refused.value.code, refused.value.facts["to"]) == ("moved", "acme/serving")


async def test_a_process_that_was_just_born_waits_for_what_the_one_before_may_have_sent(world: Town) -> None:
    one = await order(world.adapter(), world.repo.commit())
    world.passes(10_000.0)
    new = world.adapter()
    assert isinstance(await new.find(one), Unclear)
    assert not await new.abandon(one)
    world.passes(359.0)
    assert isinstance(await new.find(one), Unclear)
    world.passes(2.0)
    assert await new.find(one) == Absent()


@pytest.mark.parametrize("fault", ["foreign_run+lost_after_effect", "foreign_run+no_details", "late:0.2+no_details"])
async def test_the_run_of_this_attempt_is_found_whoever_else_dispatches_or_however_late_it_is(
    world: Town, fault: str
) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", fault)
    with suppress(AdapterError):
        await adapter.start(one)
    found = await adapter.find(one)
    assert isinstance(found, Ref)
    assert [run.id for run in dispatched(world)] == [found.data["run"]]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("evicted", Status.FAILED, "evicted"), ("attempt_2", Status.SUPERSEDED, "rerun")],
)
async def test_what_others_do_to_a_run_in_its_first_moment_is_told(
    world: Town, fault: str, status: Status, code: str
) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    world.github.faults.next("dispatch", fault)
    ref = await adapter.start(one)
    dispatched(world)[-1].finish()
    seen = await adapter.check(one, ref)
    assert seen.failure is not None
    assert (seen.status, seen.failure.code) == (status, code)


READS = ["502", "503", "lost_before_effect"]
LIMITED = ["secondary_limit", "secondary_limit_no_header", "secondary_limit_429", "primary_limit"]


@pytest.mark.parametrize("fault", READS)
async def test_a_look_that_fails_in_passing_is_taken_again_at_once(world: Town, fault: str) -> None:
    adapter, one, ref, run = await begun(world)
    world.carry_out(run)
    world.github.faults.next("run", fault)
    assert (await adapter.check(one, ref)).status is Status.DONE


@pytest.mark.parametrize("fault", LIMITED)
async def test_a_look_while_github_says_too_often_ends_nothing_and_is_worth_another(world: Town, fault: str) -> None:
    adapter, one, ref, run = await begun(world)
    world.github.faults.next("run", fault)
    with pytest.raises(AdapterError) as limited:
        await adapter.check(one, ref)
    assert (limited.value.code, limited.value.retry) == ("rate_limited", True)
    assert await adapter.find(one) == Unclear("rate_limited", limited.value.facts)
    world.passes(7200.0)
    world.carry_out(run)
    assert (await adapter.check(one, ref)).status is Status.DONE


@pytest.mark.parametrize("fault", ["lost_after_effect", "lost_before_effect", "502"])
async def test_a_cancel_whose_answer_was_lost_is_asked_again_and_the_run_ends_stopped(world: Town, fault: str) -> None:
    adapter, one, ref, _ = await begun(world)
    world.github.faults.next("cancel", fault)
    with pytest.raises(AdapterError) as lost:
        await adapter.stop(one, ref)
    assert lost.value.retry
    await adapter.stop(one, ref)
    assert (await adapter.check(one, ref)).status is Status.STOPPED


async def test_a_stop_that_github_refuses_for_another_reason_is_not_taken_for_done(world: Town) -> None:
    world.runner = False
    adapter, token = mine(world)
    one = await order(adapter, world.repo.commit())
    ref = await adapter.start(one)
    forbidden(world, token)
    with pytest.raises(AdapterError) as refused:
        await adapter.stop(one, ref)
    assert refused.value.code == "forbidden"
