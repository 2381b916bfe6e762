"""What becomes of a run is told with its reason; a green run is no proof by itself."""

from __future__ import annotations

import pytest

from adapters.github.adapter import Github
from bot.errors import AdapterError
from bot.model import Attempt, Ref, Status, StepState
from playground.host import until
from tests.github.town import CD, HEALTH, Town, begun, town


async def code(adapter: Github, one: Attempt, ref: Ref) -> tuple[Status, str]:
    seen = await adapter.check(one, ref)
    return seen.status, seen.failure.code if seen.failure else ""


async def test_a_failing_step_is_named_with_what_its_log_says(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    run.advance("build", conclusion="success")
    run.says("deploy", "pushing", "denied: requested access to the resource is denied")
    run.advance("deploy", "Push image", "failure")
    run.finish("failure")
    seen = await adapter.check(one, ref)
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.failure.step, seen.switched) == (
        Status.FAILED,
        "job_failed",
        "job:deploy",
        True,
    )
    assert seen.failure.facts == {"job": "deploy", "part": "Push image"}
    assert "denied: requested access to the resource is denied" in seen.failure.log


async def test_a_failure_before_the_deploying_job_has_touched_nothing(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    run.advance("build", conclusion="failure")
    run.finish("failure")
    seen = await adapter.check(one, ref)
    assert (seen.status, seen.switched) == (Status.FAILED, False)


async def test_who_cancelled_is_told(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    run.advance("build")
    run.cancel("minsu")
    assert await code(adapter, one, ref) == (Status.FAILED, "cancelled_by")


async def test_a_run_that_lost_its_place_in_the_group_says_so(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    run.evict()
    assert await code(adapter, one, ref) == (Status.FAILED, "evicted")


async def test_our_own_cancel_is_a_stop_also_for_the_next_process(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    run.advance("build")
    await adapter.stop(one, ref)
    assert await code(adapter, one, ref) == (Status.STOPPED, "")
    assert await code(world.adapter(), one, ref) == (Status.STOPPED, "")


async def test_a_stop_of_what_has_ended_changes_nothing(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    world.carry_out(run)
    await adapter.stop(one, ref)
    assert (await code(adapter, one, ref))[0] is Status.DONE


async def test_a_run_that_nobody_took_up_says_what_it_waited_for(world: Town) -> None:
    adapter, one, ref, _ = await begun(world)
    seen = await adapter.check(one, ref)
    assert (seen.steps[0].code, seen.steps[0].state) == ("queued", StepState.RUNNING)
    await adapter.stop(one, ref)
    assert (await code(adapter, one, ref))[0] is Status.STOPPED


async def test_a_run_started_again_by_a_person_is_superseded(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    run.finish("failure")
    run.rerun("minsu")
    assert (await code(adapter, one, ref))[0] is Status.RUNNING
    world.carry_out(run)
    assert await code(adapter, one, ref) == (Status.SUPERSEDED, "rerun")


async def test_a_green_run_while_the_service_says_the_old_version_is_no_evidence_of_the_new_one(world: Town) -> None:
    world.lies = True
    adapter, one, ref, run = await begun(world)
    world.carry_out(run)
    seen = await adapter.check(one, ref)
    assert seen.evidence is not None
    assert one.before is not None
    assert (seen.status, seen.evidence.version) == (Status.DONE, one.before.id)
    world.says = None
    seen = await adapter.check(one, ref)
    assert (seen.status, seen.evidence) == (Status.DONE, None)


async def test_without_a_version_in_the_answer_the_runs_own_record_is_the_proof(world: Town) -> None:
    adapter, one, ref, run = await begun(world, health=HEALTH.__class__(HEALTH.url))
    world.carry_out(run)
    seen = await adapter.check(one, ref)
    assert seen.evidence is not None
    assert (seen.evidence.version, seen.evidence.proof) == (one.to.id, "run")


HIDING = CD.replace("    needs: build\n", "    needs: build\n    continue-on-error: true\n")


async def test_a_green_run_whose_deploying_job_failed_is_a_failure_and_no_version_of_this_target() -> None:
    async with town(HIDING) as world:
        adapter, one, ref, run = await begun(world)
        run.advance("build", conclusion="success")
        run.advance("deploy", conclusion="failure")
        assert run.conclusion == "success"
        assert await code(adapter, one, ref) == (Status.FAILED, "hidden_failure")
        plain = world.adapter(health=HEALTH.__class__(HEALTH.url))
        seen = await plain.running()
        assert seen.version == one.before  # type: ignore[union-attr]


async def test_a_run_that_is_not_ours_is_left_alone(world: Town) -> None:
    adapter, one, _, _ = await begun(world)
    foreign = world.repo.runs[0]
    with pytest.raises(AdapterError) as refused:
        await adapter.check(one, Ref({"run": foreign.id}))
    assert (refused.value.code, refused.value.facts["found"]) == ("foreign_run", "jieun")


async def test_a_run_that_was_deleted_ends_nothing_and_is_told(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    world.repo.runs.remove(run)
    world.passes()
    late = Ref({**ref.data, "at": 0.0})
    with pytest.raises(AdapterError) as silent:
        await adapter.check(one, late)
    assert (silent.value.code, silent.value.retry) == ("run_gone", True)


async def test_looks_at_a_run_that_has_not_changed_cost_nothing(world: Town) -> None:
    adapter, one, ref, run = await begun(world)
    for _ in range(2):  # the second learns which runs had ended before
        await adapter.check(one, ref)
    billed = world.github.billed
    for _ in range(10):
        await adapter.check(one, ref)
    assert world.github.billed == billed
    world.runner = True

    async def over() -> bool:
        return (await adapter.check(one, ref)).status is Status.DONE

    await until(over, 10.0, "the run does not end")
    assert run.conclusion == "success"
