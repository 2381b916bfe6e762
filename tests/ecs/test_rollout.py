"""Against the local AWS: a rollout from plan to evidence, and what may go wrong with what is sent."""

from __future__ import annotations

import asyncio

import pytest

from adapters.ecs.adapter import console
from adapters.ecs.config import Config
from bot.errors import AdapterError
from bot.model import Absent, Direction, Kind, ModelWrite, Progress, Ref, Running, Status, Unclear
from playground.host import until
from tests.ecs.town import MODEL, MODEL_KEY, Town, order, town, watch

CHANGES = ("RegisterTaskDefinition", "UpdateService", "StopServiceDeployment")


def proved(seen: Progress, digest: str) -> None:
    assert seen.status is Status.DONE, seen
    assert seen.evidence is not None
    assert seen.evidence.version == digest


async def test_a_deploy_registers_and_updates_once_and_is_proved_by_its_tasks(world: Town) -> None:
    adapter, tag = world.adapter(), world.push()
    one = await order(adapter, tag)
    proved(await watch(adapter, one, await adapter.start(one)), world.digest(tag))
    assert [seen.action for seen in world.sent(*CHANGES)] == ["RegisterTaskDefinition", "UpdateService"]
    seen = await adapter.running()
    assert isinstance(seen, Running)
    assert (seen.version.id, seen.version.label, seen.proof) == (world.digest(tag), tag[:7], "tasks")


async def test_ecs_s_own_rollback_is_told_as_that_and_is_never_green(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = "tasks_crash"
    seen = await watch(adapter, one, await adapter.start(one))
    assert (seen.status, seen.evidence, seen.switched) == (Status.FAILED, None, False)
    assert seen.failure is not None
    assert seen.failure.code == "rolled_back_by_ecs"
    assert "RuntimeError: model file not found: /models/current" in seen.failure.log
    assert any("exit code 1" in line for line in seen.failure.log)
    now = await adapter.running()
    assert isinstance(now, Running)
    assert now.version.id == world.first


async def test_a_way_back_that_ecs_begins_before_it_calls_ours_failed_is_told_as_that_too(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script, world.service.hesitant = "tasks_crash", True
    seen = await watch(adapter, one, await adapter.start(one))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code) == (Status.FAILED, "rolled_back_by_ecs")


@pytest.mark.parametrize("script", ["image_missing", "unhealthy"])
async def test_without_a_line_of_its_own_the_tasks_reason_comes_first(world: Town, script: str) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = script
    seen = await watch(adapter, one, await adapter.start(one))
    assert seen.failure is not None
    assert seen.failure.code == "rolled_back_by_ecs"
    assert seen.failure.log[0].startswith({"image_missing": "CannotPull", "unhealthy": "Task failed ELB"}[script])


async def test_an_image_that_cannot_be_pulled_is_said_while_ecs_still_tries(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = "image_stalls"
    ref = await adapter.start(one)

    async def told() -> bool:
        seen = await adapter.check(one, ref)
        assert seen.status is Status.RUNNING
        return "CannotPullContainerError" in seen.steps[1].detail

    await until(told, 10.0, "the reason is never shown")


@pytest.mark.parametrize("fault", ["lost_after_effect", "lost_before", "500_after_effect", "garbled"])
@pytest.mark.parametrize("call", ["RegisterTaskDefinition", "UpdateService"])
async def test_a_lost_answer_is_looked_up_and_the_service_is_changed_once(world: Town, call: str, fault: str) -> None:
    adapter, tag = world.adapter(), world.push()
    one = await order(adapter, tag)
    world.aws.faults.next(call, fault)
    with pytest.raises(AdapterError) as lost:
        await adapter.start(one)
    assert lost.value.retry
    found = await adapter.find(one)
    ref = found if isinstance(found, Ref) else await adapter.start(one)
    proved(await watch(adapter, one, ref), world.digest(tag))
    assert len(world.service.history) == 2
    assert len(world.service.revisions) == 2


async def test_what_a_list_does_not_show_yet_is_found_by_its_number(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.aws.faults.next("RegisterTaskDefinition", "late:600+lost_after_effect")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    again = world.adapter()
    assert await again.find(one) == Absent()
    await again.start(one)
    assert len(world.service.revisions) == 2


async def test_an_update_that_is_not_shown_yet_is_repeated_without_harm(world: Town) -> None:
    adapter, tag = world.adapter(), world.push()
    one = await order(adapter, tag)
    world.service.script = None
    world.aws.faults.next("UpdateService", "late:0.6+lost_after_effect")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    again = world.adapter()
    ref = await again.start(one)
    assert len(world.service.history) == 2
    assert (await again.check(one, ref)).status is Status.RUNNING
    world.service.script = "good"
    proved(await watch(again, one, ref), world.digest(tag))


async def test_two_processes_that_start_the_same_attempt_change_the_service_once(world: Town) -> None:
    here, there, tag = world.adapter(), world.adapter(), world.push()
    one = await order(here, tag)
    refs = await asyncio.gather(here.start(one), there.start(one))
    assert refs[0].data["revision"] == refs[1].data["revision"]
    proved(await watch(there, one, refs[0]), world.digest(tag))
    assert len(world.service.history) == 2


async def test_a_revision_that_another_process_has_just_registered_is_used_by_both(world: Town) -> None:
    def registers(point: str) -> None:
        if point == "ecs.register.before":
            world.registers(one.id)

    one = await order(world.adapter(), world.push())
    ref = await world.adapter(registers).start(one)
    assert [revision.tag("slipway:attempt") for revision in world.service.revisions[1:]] == [one.id, one.id]
    assert str(ref.data["revision"]).endswith(":2")


async def test_an_attempt_that_ran_and_was_rolled_back_while_we_were_away_is_found(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = "tasks_crash"
    await adapter.start(one)
    while world.service.primary.rollout != "COMPLETED":
        await asyncio.sleep(0.02)
    again = world.adapter()
    found = await again.find(one)
    assert isinstance(found, Ref)
    seen = await watch(again, one, found)
    assert seen.failure is not None
    assert (seen.status, seen.failure.code) == (Status.FAILED, "rolled_back_by_ecs")


async def test_somebody_who_deploys_between_plan_and_start_is_not_overwritten(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.superseded_by(world.repository.image(world.push()))
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, refused.value.retry) == ("service_moved", False)
    assert world.sent(*CHANGES) == []
    assert await adapter.find(one) == Absent()
    assert await adapter.abandon(one)


async def test_somebody_who_deploys_while_ours_rolls_out_takes_over(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = "hangs"
    ref = await adapter.start(one)
    assert (await adapter.check(one, ref)).status is Status.RUNNING
    world.service.superseded_by(world.repository.image(world.push()))
    before = len(world.sent(*CHANGES))
    seen = await watch(adapter, one, ref)
    assert seen.status is Status.SUPERSEDED
    await adapter.stop(one, ref)
    assert len(world.sent(*CHANGES)) == before


@pytest.mark.parametrize("listed", [True, False])
async def test_a_rollout_that_hangs_is_stopped_and_the_revision_before_leads_again(world: Town, listed: bool) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = "hangs"
    ref = await adapter.start(one)
    if not listed:
        world.aws.faults.next("StopServiceDeployment", "denied")
    await adapter.stop(one, ref)
    world.service.script = "good"
    seen = await watch(adapter, one, ref)
    assert (seen.status, seen.switched) == (Status.STOPPED, False)
    now = await adapter.running()
    assert isinstance(now, Running)
    assert now.version.id == world.first


async def test_a_bot_that_died_after_its_stop_still_knows_it_as_stopped(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.service.script = "hangs"
    ref = await adapter.start(one)
    await adapter.stop(one, ref)
    again = world.adapter()
    await again.stop(one, ref)
    assert (await watch(again, one, ref)).status is Status.STOPPED


async def test_with_nothing_to_fall_back_to_the_breaker_stalls_and_the_stop_goes_to_the_revision_before() -> None:
    async with town(completed=False, script=None) as world:
        world.service.run()
        adapter = world.adapter()
        one = await order(adapter, world.push())
        world.service.script = "tasks_crash"
        ref = await adapter.start(one)
        seen = await watch(adapter, one, ref)
        assert seen.failure is not None
        assert (seen.status, seen.failure.code) == (Status.FAILED, "given_up")
        await adapter.stop(one, ref)
        assert world.service.primary.definition.revision == 1


async def test_a_plain_password_is_refused_by_its_name_and_nothing_is_registered() -> None:
    async with town(environment={"DB_PASSWORD": "hunter22"}) as world:
        adapter = world.adapter()
        one = await order(adapter, world.push())
        with pytest.raises(AdapterError) as refused:
            await adapter.start(one)
        assert (refused.value.code, refused.value.retry) == ("secret_in_plain", False)
        assert refused.value.facts["names"] == "llmops-app.DB_PASSWORD"
        assert "hunter22" not in str(refused.value)
        assert world.sent(*CHANGES) == []
        assert await world.adapter(plain_secrets_ok=["DB_PASSWORD"]).start(one)


async def test_a_model_is_written_with_the_image_and_put_back_unless_somebody_wrote_a_third(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push(), model=ModelWrite(MODEL_KEY, "org/large-2"))
    await watch(adapter, one, await adapter.start(one))
    assert await adapter.model(MODEL_KEY) == "org/large-2"
    assert one.before is not None
    undo = ModelWrite(MODEL_KEY, undoes=one.id)
    back = await order(adapter, one.before.id, 2, direction=Direction.RESTORE, model=undo)
    await watch(adapter, back, await adapter.start(back))
    assert await adapter.model(MODEL_KEY) == MODEL


async def test_a_model_that_somebody_has_written_since_stays_when_ours_is_put_back(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push(), model=ModelWrite(MODEL_KEY, "org/large-2"))
    await watch(adapter, one, await adapter.start(one))
    world.service.primary.definition.body["containerDefinitions"][0]["environment"][0]["value"] = "org/third"
    again = world.adapter()
    assert one.before is not None
    undo = ModelWrite(MODEL_KEY, undoes=one.id)
    world.service.update(world.registers("abcd2345-8-1"))
    world.service.complete()
    world.service.revisions[1].body["containerDefinitions"][0]["environment"][0]["value"] = "org/large-2"
    back = await order(again, one.before.id, 2, direction=Direction.RESTORE, model=undo)
    await watch(again, back, await again.start(back))
    assert await again.model(MODEL_KEY) == "org/third"


async def test_what_puts_back_is_never_stopped_towards_what_had_failed(world: Town) -> None:
    adapter = world.adapter()
    back = await order(adapter, world.push(), direction=Direction.RESTORE)
    world.service.script = "hangs"
    ref = await adapter.start(back)
    world.aws.faults.next("StopServiceDeployment", "denied")
    await adapter.stop(back, ref)
    assert len(world.sent("UpdateService")) == 1


async def test_what_the_code_runs_in_stays_the_same_by_a_deploy_and_not_by_somebody_s_change(world: Town) -> None:
    adapter = world.adapter()
    mark = await adapter.infrastructure()
    one = await order(adapter, world.push(), model=ModelWrite(MODEL_KEY, "org/large-2"))
    await watch(adapter, one, await adapter.start(one))
    assert await adapter.infrastructure() == mark
    world.service.primary.definition.body["cpu"] = "2048"
    assert await world.adapter().infrastructure() != mark


def test_the_console_s_page_is_known_where_there_is_one() -> None:
    names = dict.fromkeys(("cluster", "service", "container", "repository"), "llmops")
    page = console(Config.model_validate({"region": "ap-northeast-2", **names}))
    assert page == (
        "https://ap-northeast-2.console.aws.amazon.com/ecs/v2/clusters/llmops/services/llmops/deployments"
        "?region=ap-northeast-2"
    )
    assert console(Config.model_validate({"region": "cn-north-1", **names})) is None
    assert console(Config.model_validate({"region": "eu-west-1", "endpoint": "http://127.0.0.1:1", **names})) is None


async def test_a_restart_is_a_new_revision_with_another_tag_alone(world: Town) -> None:
    adapter = world.adapter()
    now = await adapter.running()
    assert isinstance(now, Running)
    one = await order(adapter, now.version.id, kind=Kind.RESTART)
    proved(await watch(adapter, one, await adapter.start(one)), now.version.id)
    again = await order(adapter, now.version.id, 2, kind=Kind.RESTART)
    proved(await watch(adapter, again, await adapter.start(again)), now.version.id)
    first, second = (dict(revision.body) for revision in world.service.revisions[-2:])
    assert first == second
    assert [revision.tag("slipway:attempt") for revision in world.service.revisions[-2:]] == [one.id, again.id]


async def test_a_rollback_copies_the_newest_revision_of_that_image(world: Town) -> None:
    adapter, tag = world.adapter(), world.push()
    for n, wanted in enumerate((tag, world.push()), 1):
        one = await order(adapter, wanted, n)
        await watch(adapter, one, await adapter.start(one))
    back = await order(adapter, tag, 3, kind=Kind.ROLLBACK)
    assert (back.effect["copies"], back.effect["replaces"]) == (
        f"{world.service.name}:2",
        f"{world.service.name}:3",
    )
    proved(await watch(adapter, back, await adapter.start(back)), world.digest(tag))


async def test_nobody_can_tell_while_aws_is_away(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    ref = await adapter.start(one)
    world.aws.faults.next("*", "503", 200)
    assert isinstance(await adapter.find(one), Unclear)
    with pytest.raises(AdapterError) as silent:
        await adapter.check(one, ref)
    assert silent.value.retry
    world.aws.faults.clear()
    assert (await watch(adapter, one, ref)).evidence is not None


async def test_an_update_that_may_still_arrive_keeps_an_attempt_from_being_given_up(world: Town) -> None:
    adapter = world.adapter()
    one = await order(adapter, world.push())
    world.aws.faults.next("UpdateService", "lost_before")
    with pytest.raises(AdapterError):
        await adapter.start(one)
    assert await adapter.find(one) == Absent()
    assert not await adapter.abandon(one)
    world.passes()
    assert await adapter.abandon(one)
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert refused.value.code == "abandoned"
