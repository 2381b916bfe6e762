"""What every adapter promises, whatever the platform: the failure stories first."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import AdapterError
from bot.model import Absent, Direction, Kind, ModelWrite, Nothing, Ref, Status, StepState, Unclear, Unreadable
from bot.ports import Abandons, Models, Stops
from tests.contract.beds import MODEL, MODEL_KEY, Bed, Killed, carry_out, dies_at, order, proved, running, watch
from tests.contract.conftest import MODELLED


async def test_a_bot_that_died_after_sending_finds_its_attempt_and_does_not_send_it_again(bed: Bed) -> None:
    wanted, before = await bed.release(), await bed.effects()
    first = bed.adapter(dies_at(f"{bed.kind}.start.sent"))
    one = await order(first, wanted)
    with pytest.raises(Killed):
        await first.start(one)
    await first.close()

    second = bed.adapter()
    found = await _found(second, one)
    proved(await watch(second, one, found), one)
    assert await bed.effects() == before + 1
    await second.close()


async def _found(adapter: object, one: object) -> Ref:
    """What was sent may still be on its way: look until it is there."""
    for _ in range(100):
        found = await adapter.find(one)  # type: ignore[attr-defined]
        if isinstance(found, Ref):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("never found")


async def test_a_bot_that_died_before_sending_finds_nothing_and_begins_once(bed: Bed) -> None:
    wanted, before = await bed.release(), await bed.effects()
    first = bed.adapter(dies_at(f"{bed.kind}.start.before"))
    one = await order(first, wanted)
    with pytest.raises(Killed):
        await first.start(one)
    await first.close()

    second = bed.adapter()
    await bed.settles()
    assert await second.find(one) == Absent()
    proved(await carry_out(second, one), one)
    assert await bed.effects() == before + 1
    await second.close()


async def test_the_same_attempt_started_twice_at_once_begins_once(bed: Bed) -> None:
    wanted, before = await bed.release(), await bed.effects()
    here = bed.adapter()
    there = bed.adapter() if bed.atomic else here
    one = await order(here, wanted)
    refs = await asyncio.gather(here.start(one), there.start(one), here.start(one))
    proved(await watch(there, one, refs[1]), one)
    assert await bed.effects() == before + 1
    await here.close()
    await there.close()


async def test_an_abandoned_attempt_does_nothing_when_it_arrives_late(bed: Bed) -> None:
    wanted, before = await bed.release(), await bed.effects()
    adapter = bed.adapter()
    assert isinstance(adapter, Abandons)
    one = await order(adapter, wanted)
    await bed.settles()
    assert await adapter.abandon(one)
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, refused.value.retry) == ("abandoned", False)
    assert await adapter.find(one) == Absent()
    assert await bed.effects() == before
    await adapter.close()


async def test_an_attempt_that_has_begun_cannot_be_abandoned(bed: Bed) -> None:
    adapter = bed.adapter()
    assert isinstance(adapter, Abandons)
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    assert not await adapter.abandon(one)
    proved(await watch(adapter, one, ref), one)
    await adapter.close()


async def test_nobody_can_tell_while_the_platform_is_away_and_the_attempt_is_found_afterwards(bed: Bed) -> None:
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    await bed.unreachable()
    assert isinstance(await adapter.running(), Unreadable)
    assert isinstance(await adapter.find(one), Unclear)
    with pytest.raises(AdapterError) as silent:
        await adapter.check(one, ref)
    assert silent.value.retry
    await bed.reachable()
    proved(await watch(adapter, one, ref), one)
    await adapter.close()


async def test_a_platform_that_says_done_while_the_old_version_answers_gives_no_evidence(bed: Bed) -> None:
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    await bed.lies()
    progress = await watch(adapter, one, await adapter.start(one), proved=False)
    assert progress.evidence is None or progress.evidence.version != one.to.id
    await adapter.close()


async def test_stopped_before_the_switch_leaves_the_old_version_alone(bed: Bed) -> None:
    await bed.slows()
    adapter = bed.adapter()
    assert isinstance(adapter, Stops)
    one = await order(adapter, await bed.release())
    before, instance = await bed.effects(), (await running(adapter)).instance
    ref = await adapter.start(one)
    await adapter.stop(one, ref)
    progress = await watch(adapter, one, ref)
    assert (progress.status, progress.switched) == (Status.STOPPED, False)
    assert (await running(adapter)).instance == instance
    assert await bed.effects() - before == (1 if bed.begins else 0)
    await adapter.close()


async def test_what_was_deployed_is_put_back_by_an_attempt_towards_the_version_before(bed: Bed) -> None:
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    proved(await carry_out(adapter, one), one)
    assert one.before is not None
    back = await order(adapter, one.before.id, n=2, direction=Direction.RESTORE)
    evidence = proved(await carry_out(adapter, back), back)
    assert evidence.version == one.before.id
    assert (await running(adapter)).version.id == one.before.id
    await adapter.close()


@pytest.mark.parametrize("bed", MODELLED, indirect=True)
async def test_an_ordered_model_is_written_with_the_switch_and_put_back_with_the_version_before(bed: Bed) -> None:
    adapter = bed.adapter()
    assert isinstance(adapter, Models)
    one = await order(adapter, await bed.release(), model=ModelWrite(MODEL_KEY, "org/large-2"))
    assert one.effect["model"] == {"key": MODEL_KEY, "id": "org/large-2"}
    proved(await carry_out(adapter, one), one)
    assert await adapter.model(MODEL_KEY) == "org/large-2"
    assert one.before is not None
    undo = ModelWrite(MODEL_KEY, undoes=one.id)
    back = await order(adapter, one.before.id, n=2, direction=Direction.RESTORE, model=undo)
    proved(await carry_out(adapter, back), back)
    assert await adapter.model(MODEL_KEY) == MODEL
    await adapter.close()


@pytest.mark.parametrize("bed", MODELLED, indirect=True)
async def test_a_model_alone_is_changed_by_a_new_instance_of_the_same_version(bed: Bed) -> None:
    adapter = bed.adapter()
    assert isinstance(adapter, Models)
    now = await running(adapter)
    one = await order(adapter, now.version.id, model=ModelWrite(MODEL_KEY, "org/large-2"))
    assert proved(await carry_out(adapter, one), one).instance != now.instance
    assert await adapter.model(MODEL_KEY) == "org/large-2"
    back = await order(
        adapter, now.version.id, n=2, direction=Direction.RESTORE, model=ModelWrite(MODEL_KEY, undoes=one.id)
    )
    proved(await carry_out(adapter, back), back)
    assert await adapter.model(MODEL_KEY) == MODEL
    await adapter.close()


async def test_a_restart_and_a_redeploy_are_new_instances_of_the_same_version(bed: Bed) -> None:
    adapter = bed.adapter()
    now = await running(adapter)
    seen = {now.instance}
    kinds = (Kind.RESTART, Kind.REDEPLOY) if bed.restarts else (Kind.REDEPLOY, Kind.REDEPLOY)
    for number, kind in enumerate(kinds, 1):
        one = await order(adapter, now.version.id, n=number, kind=kind)
        seen.add(proved(await carry_out(adapter, one), one).instance)
    assert len(seen) == 3
    assert (await running(adapter)).version.id == now.version.id
    await adapter.close()


async def test_a_deploy_ends_with_every_step_done_and_the_version_read_back(bed: Bed) -> None:
    adapter = bed.adapter()
    now = await running(adapter)
    one = await order(adapter, await bed.release())
    progress = await carry_out(adapter, one)
    evidence = proved(progress, one)
    assert evidence.instance != now.instance
    assert [step.code for step in progress.steps] == list(bed.steps)
    assert {step.state for step in progress.steps} <= {StepState.DONE, StepState.SKIPPED}
    assert progress.switched
    await adapter.close()


IMPOSSIBLE = (
    "--upload-pack=x",
    "-h",
    "$(id)",
    "a b",
    "a\nb",
    "a\0b",
    "a..b",
    "a\u2003b",
    "",
    "`x`",
    "a;b",
    "a'b",
    "@{u}",
)


async def test_what_cannot_be_a_version_is_refused_before_anybody_is_asked(bed: Bed) -> None:
    def nobody(point: str) -> None:
        raise AssertionError(point)

    for wanted in IMPOSSIBLE:
        with pytest.raises(AdapterError) as refused:
            await bed.adapter(nobody).resolve(wanted)
        assert (refused.value.code, refused.value.retry) == ("bad_ref", False)


async def test_a_version_that_does_not_exist_is_an_error_with_its_name(bed: Bed) -> None:
    adapter = bed.adapter()
    with pytest.raises(AdapterError) as refused:
        await adapter.resolve("no-such-branch")
    assert (refused.value.code, refused.value.facts["wanted"]) == ("version_not_found", "no-such-branch")
    await adapter.close()


async def test_the_same_name_resolves_to_the_same_full_id(bed: Bed) -> None:
    adapter = bed.adapter()
    wanted = await bed.release()
    first, second = await adapter.resolve(wanted), await adapter.resolve(wanted)
    assert first == second
    assert len(first.id) == bed.length
    assert not isinstance(await adapter.running(), Nothing)
    await adapter.close()
