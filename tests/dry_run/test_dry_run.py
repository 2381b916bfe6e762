"""The pretended platform: it goes on by the clock, and fails in every way that is asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.dry_run.codes import CODES, PROOFS
from bot.errors import AdapterError
from bot.model import Answer, Change, HealthCheck, Kind, Progress, Ref, Status
from bot.ports import Infrastructure, Models, Preflights, Probes
from tests.contract.beds import DryBed, carry_out, order, proved, running, watch

CHECK = HealthCheck("http://127.0.0.1:1/health")


def _complete(progress: Progress) -> None:
    assert progress.failure is not None
    assert set(progress.failure.facts) == set(CODES[progress.failure.code])


async def test_the_world_goes_on_while_the_bot_is_dead(tmp_path: Path) -> None:
    bed = DryBed(tmp_path)
    first = bed.adapter()
    one = await order(first, await bed.release())
    await first.start(one)
    del first
    await asyncio.sleep(0.3)
    second = bed.adapter()
    found = await second.find(one)
    assert isinstance(found, Ref)
    evidence = proved(await second.check(one, found), one)
    assert evidence.proof in PROOFS


@pytest.mark.parametrize("step", ["connect", "save", "fetch", "install", "switch"])
async def test_a_step_that_fails_before_the_switch_leaves_the_old_version(tmp_path: Path, step: str) -> None:
    adapter = DryBed(tmp_path).adapter(fail="step", fail_at=step)
    before = await running(adapter)
    progress = await carry_out(adapter, await order(adapter, "main"))
    _complete(progress)
    assert (progress.status, progress.switched) == (Status.FAILED, False)
    assert progress.failure is not None
    assert progress.failure.step == step
    assert await running(adapter) == before


async def test_a_restart_that_fails_has_switched(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="step", fail_at="restart")
    progress = await carry_out(adapter, await order(adapter, "main"))
    assert (progress.status, progress.switched) == (Status.FAILED, True)


async def test_a_step_that_hangs_goes_on_until_it_is_stopped(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="hang")
    one = await order(adapter, "main")
    ref = await adapter.start(one)
    await asyncio.sleep(0.3)
    assert (await adapter.check(one, ref)).status is Status.RUNNING
    await adapter.stop(one, ref)  # type: ignore[attr-defined]
    assert (await watch(adapter, one, ref)).status is Status.STOPPED


async def test_a_crash_loop_is_a_failure_with_the_service_s_own_line(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="crash_loop")
    progress = await carry_out(adapter, await order(adapter, "main"))
    _complete(progress)
    assert progress.failure is not None
    assert progress.failure.log[0].startswith("ModuleNotFoundError")
    assert (await _health(adapter)).error == "refused"


async def test_an_unhealthy_version_has_evidence_and_answers_502(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="unhealthy")
    one = await order(adapter, "main")
    proved(await carry_out(adapter, one), one)
    assert (await _health(adapter)).status == 502


async def _health(adapter: object) -> Answer:
    assert isinstance(adapter, Probes)
    return await adapter.probe(CHECK)


async def test_the_wrong_version_and_a_foreign_deploy_are_told_apart(tmp_path: Path) -> None:
    wrong = DryBed(tmp_path).adapter(fail="wrong_version")
    progress = await watch(wrong, one := await order(wrong, "main"), await wrong.start(one), proved=False)
    _complete(progress)
    assert (progress.status, progress.evidence) == (Status.DONE, None)

    (tmp_path / "b").mkdir()
    other = DryBed(tmp_path / "b").adapter(fail="superseded")
    assert (await carry_out(other, await order(other, "main"))).status is Status.SUPERSEDED


async def test_an_interrupted_job_ends_without_evidence(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="interrupted")
    progress = await carry_out(adapter, await order(adapter, "main"))
    assert (progress.status, progress.evidence) == (Status.INTERRUPTED, None)


async def test_an_answer_that_is_lost_leaves_an_attempt_that_is_found(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="lost")
    one = await order(adapter, "main")
    with pytest.raises(AdapterError) as lost:
        await adapter.start(one)
    assert (lost.value.code, lost.value.retry) == ("lost", True)
    found = await adapter.find(one)
    assert isinstance(found, Ref)
    proved(await watch(adapter, one, found), one)


async def test_a_plan_always_says_that_nothing_real_is_changed(tmp_path: Path) -> None:
    adapter = DryBed(tmp_path).adapter(fail="preflight")
    assert isinstance(adapter, Preflights)
    seen = await running(adapter)
    found = await adapter.preflight(Change(Kind.DEPLOY, seen.version, seen.version))
    assert [(finding.code, finding.stops) for finding in found.findings] == [("pretends", False), ("refused", True)]


async def test_a_damaged_world_is_garbled_and_not_empty(tmp_path: Path) -> None:
    bed = DryBed(tmp_path)
    bed.world.write_text("{nonsense\n")
    adapter = bed.adapter()
    with pytest.raises(AdapterError) as error:
        await adapter.resolve("main")
    assert error.value.code == "garbled"


async def test_fifty_targets_deploy_at_once(tmp_path: Path) -> None:
    async def one(number: int) -> None:
        (tmp_path / str(number)).mkdir()
        adapter = DryBed(tmp_path / str(number)).adapter(seconds=0.01)
        wanted = await order(adapter, f"release-{number}")
        proved(await carry_out(adapter, wanted), wanted)

    await asyncio.gather(*[one(number) for number in range(50)])


async def test_a_pretended_environment_names_the_model_until_somebody_changes_it(tmp_path: Path) -> None:
    bed = DryBed(tmp_path)
    adapter = bed.adapter(environment={"MODEL_ID": "qwen-7b"}, infra="c0ffee")
    assert isinstance(adapter, Models)
    assert isinstance(adapter, Infrastructure)
    assert await adapter.model("MODEL_ID") == "qwen-7b"
    assert await adapter.model("OTHER") is None
    assert await adapter.infrastructure() == "c0ffee"
    with bed.world.open("a", encoding="utf-8") as world:
        world.write('{"event": "env", "key": "MODEL_ID", "value": "by-hand"}\n')
    assert await adapter.model("MODEL_ID") == "by-hand"
