"""A repository gets another name: what runs is followed to its end, and nothing is sent before the file names it."""

from __future__ import annotations

import pytest

from adapters.github.account import recorder
from bot.errors import AdapterError
from bot.model import Absent, Record, Ref, Running, Status
from tests.github.town import Town, dispatched, order

NEW = "acme/serving"


async def test_a_run_is_followed_under_the_new_name_to_its_evidence(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    ref = await adapter.start(one)
    world.github.rename(world.repo, NEW)
    assert (await adapter.check(one, ref)).status is Status.RUNNING
    world.carry_out(dispatched(world)[-1])
    seen = await adapter.check(one, ref)
    assert seen.evidence is not None
    assert (seen.status, seen.evidence.version) == (Status.DONE, one.to.id)
    assert isinstance(await adapter.running(), Running)


async def test_a_process_that_begins_after_the_rename_finds_the_run_and_can_stop_it(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    await adapter.start(one)
    world.github.rename(world.repo, NEW)
    later = world.adapter()
    found = await later.find(one)
    assert isinstance(found, Ref)
    await later.stop(one, found)
    assert (await later.check(one, found)).status is Status.STOPPED
    assert len(dispatched(world)) == 1


@pytest.mark.parametrize("pin", ["head_sha", "tag"])
async def test_nothing_is_dispatched_under_a_name_that_nobody_approved(world: Town, pin: str) -> None:
    adapter = world.adapter(pin=pin)
    one = await order(adapter, world.repo.commit())
    world.github.rename(world.repo, NEW)
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, refused.value.retry, refused.value.facts["to"]) == ("moved", False, NEW)
    assert isinstance(await adapter.find(one), Absent)
    with pytest.raises(AdapterError) as again:
        await order(adapter, "main", n=2)
    assert again.value.code == "moved"
    assert dispatched(world) == []


async def test_another_repository_under_the_old_name_is_not_taken_for_it(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    ref = await adapter.start(one)
    world.github.rename(world.repo, NEW)
    stranger = world.github.repository("acme/llmops")
    stranger.commit("Begin")
    stranger.workflow()
    world.carry_out(dispatched(world)[-1])
    world.passes()
    with pytest.raises(AdapterError) as gone:
        await world.adapter().check(one, Ref({**ref.data, "at": 0.0}))
    assert gone.value.code == "run_gone"


async def test_a_record_that_was_begun_is_found_again_once_the_file_has_the_new_name(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    mine = Record("abcd2345-7", one.to.id, "dev", "deploy", "Slipway #7")
    remote = await recorder(world.hubs[-1], "acme/llmops").open(mine)
    world.github.rename(world.repo, NEW)
    with pytest.raises(AdapterError) as moved:
        await recorder(world.hubs[-1], "acme/llmops").find(mine)
    assert (moved.value.code, moved.value.facts["to"]) == ("moved", NEW)
    assert await recorder(world.hubs[-1], NEW).find(mine) == remote
