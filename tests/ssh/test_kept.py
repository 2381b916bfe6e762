"""What is kept on the host: releases, environments, the way back."""

from __future__ import annotations

import pytest

from bot.model import Direction, Kind, StepState
from bot.ports import Authors, Logs, Source, Versions
from playground.host import until
from tests.contract.beds import SshBed, carry_out, order, proved, running
from tests.ssh.conftest import Boot
from tests.ssh.told import only, preflight

pytestmark = pytest.mark.needs("systemd-host")
LAYOUTS = pytest.mark.parametrize("layout", ["releases", "in_place"])


async def _deploy(bed: SshBed, adapter: object, wanted: str, n: int, **changes: object) -> list[StepState]:
    one = await order(adapter, wanted, n=n, **changes)  # type: ignore[arg-type]
    progress = await carry_out(adapter, one)  # type: ignore[arg-type]
    proved(progress, one)
    return [step.state for step in progress.steps if step.code == "install"]


@LAYOUTS
async def test_going_back_builds_nothing_even_when_the_packages_are_gone_everywhere(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    first = (await running(adapter)).version.id
    second = bed.host.repository.release("needs_wheel")
    assert await _deploy(bed, adapter, second, 1) == [StepState.DONE]
    for wheel in bed.host.repository.wheels.iterdir():
        wheel.unlink()
    bed.host.repository.path.rename(bed.host.repository.path.with_name("away.git"))
    assert await _deploy(bed, adapter, first, 2, kind=Kind.ROLLBACK) == [StepState.SKIPPED]
    assert await _deploy(bed, adapter, second, 3, direction=Direction.RESTORE) == [StepState.SKIPPED]
    assert isinstance(adapter, Versions)
    assert [version.id for version in await adapter.versions()][:2] in ([second, first], [first, second])
    await adapter.close()


@LAYOUTS
async def test_equal_requirements_are_installed_once(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    await _deploy(bed, adapter, bed.host.repository.release("needs_wheel"), 1)
    assert await _deploy(bed, adapter, bed.host.repository.release("good"), 2) == [StepState.SKIPPED]
    await adapter.close()


@LAYOUTS
async def test_the_live_environment_is_never_upgraded_while_the_old_version_runs_in_it(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    here = bed.host.here
    old = (await bed.host.exec(["sh", "-c", f"ls {here}/.venv/lib/*/site-packages"])).split()
    one = await order(adapter, bed.host.repository.release("needs_wheel"))
    proved(await carry_out(adapter, one), one)
    new = (await bed.host.exec(["sh", "-c", f"ls {here}/.venv/lib/*/site-packages"])).split()
    assert "kiwipiepy" in " ".join(new)
    folder = "venvs/byhand" if layout == "releases" else ".git/slipway/venvs/before-*"
    kept = await bed.host.exec(["sh", "-c", f"ls -d {bed.host.app_folder}/{folder}/lib/*/site-packages/*"])
    assert len(kept.split()) == len(old)
    assert "kiwipiepy" not in kept
    await adapter.close()


async def test_an_environment_that_was_not_finished_does_not_count(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await _deploy(bed, adapter, bed.host.repository.release("needs_wheel"), 1)
    await bed.host.exec(["sh", "-c", f"rm {bed.host.app_folder}/venvs/*/ok"])
    assert await _deploy(bed, adapter, bed.host.repository.release("good"), 2) == [StepState.DONE]
    await adapter.close()


async def test_an_editable_or_path_requirement_is_built_for_every_release(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    bed.host.repository.release("needs_wheel")
    wheel = next(bed.host.repository.wheels.glob("*.whl"))
    files = {"requirements.txt": f"{wheel}\n"}
    assert await _deploy(bed, adapter, bed.host.repository.release("good", files=files), 1) == [StepState.DONE]
    assert await _deploy(bed, adapter, bed.host.repository.release("good", files=files), 2) == [StepState.DONE]
    await adapter.close()


async def test_clean_up_keeps_what_runs_what_ran_and_what_the_order_names(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter(keep=2)
    first = (await running(adapter)).version.id
    shas = [bed.host.repository.release("good") for _ in range(5)]
    kept = {"keep": [shas[0]]}
    for number, sha in enumerate(shas, 1):
        one = await order(adapter, sha, n=number)
        one.effect.update(kept)  # type: ignore[attr-defined]
        proved(await carry_out(adapter, one), one)
        await _tidied(bed, one.id)
    assert isinstance(adapter, Versions)
    left = {version.id for version in await adapter.versions()}
    assert left == {shas[4], shas[3], shas[0]}
    assert first not in left
    assert "unshared" not in left
    await adapter.close()


async def _tidied(bed: SshBed, attempt: str) -> None:
    """The job itself is over."""
    lock = f"{bed.host.app_folder}/attempts/{attempt}/lock"

    async def over() -> bool:
        said = await bed.host.exec(["flock", "-n", lock, "true"], check=False)
        return "fail" not in said and not await _held(bed, lock)

    await until(over, 20, "the job goes on")


async def _held(bed: SshBed, lock: str) -> bool:
    return bool((await bed.host.exec(["sh", "-c", f"flock -n {lock} true || echo held"])).strip())


async def test_a_release_with_data_of_its_own_survives_every_clean_up(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter(keep=2)
    first = (await running(adapter)).version.id
    bed.host.faults.untracked_data()
    for number in range(1, 5):
        one = await order(adapter, bed.host.repository.release("good"), n=number)
        proved(await carry_out(adapter, one), one)
        await _tidied(bed, one.id)
    names = await bed.host.exec(["sh", "-c", f"ls {bed.host.app_folder}/releases/*/uploads/"])
    assert "2026-11.jsonl" in names
    assert isinstance(adapter, Versions)
    assert first in {version.id for version in await adapter.versions()}
    await adapter.close()


async def test_a_rollback_is_told_of_data_that_it_hides_and_goes_on(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    first = (await running(adapter)).version.id
    await _deploy(bed, adapter, await bed.release(), 1)
    bed.host.faults.untracked_data()
    finding = only(await preflight(adapter, first, Kind.ROLLBACK))
    assert (finding.code, finding.stops) == ("unshared_data", False)
    await adapter.close()


async def test_commits_are_told_from_the_mirror_forwards_and_backwards(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    assert isinstance(adapter, Source)
    old = (await running(adapter)).version
    for message in ("feat: one", "fix: 두 번째", "feat: <b>@everyone</b>"):
        bed.host.repository.release("good", message=message)
    new = await adapter.resolve("main")
    there = await adapter.commits(old, new)
    assert (there.total, there.forward) == (3, True)
    assert [commit.subject for commit in there.items] == ["feat: <b>@everyone</b>", "fix: 두 번째", "feat: one"]
    back = await adapter.commits(new, old)
    assert (back.total, back.forward, back.items) == (3, False, there.items)
    same = await adapter.commits(new, new)
    assert (same.total, same.items) == (0, ())
    assert isinstance(adapter, Authors)
    brought = await adapter.authors(old, new)
    assert brought
    assert {"@" in mail and mail == mail.lower() for mail in brought} == {True}
    assert await adapter.authors(new, old) == brought
    assert set(brought) <= set(await adapter.authors(None, new) or ())
    assert await adapter.authors(new, new) == []
    await adapter.close()


@pytest.mark.parametrize("logs", ["file", "journal"])
async def test_logs_come_from_where_the_unit_writes_them(boot: Boot, logs: str) -> None:
    bed = await boot(logs=logs)
    adapter = bed.adapter()
    assert isinstance(adapter, Logs)
    text = await adapter.logs(3)
    assert f"listening on 127.0.0.1:{bed.host.app_port}" in text
    assert len(text.splitlines()) <= 3
    await adapter.close()


@LAYOUTS
async def test_a_branch_that_was_rewritten_keeps_what_was_deployed_from_it(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    first = (await running(adapter)).version.id
    second = await bed.release()
    await _deploy(bed, adapter, second, 1)
    bed.host.repository.branch("main", first)
    third = bed.host.repository.release("good")
    bed.host.repository.git("gc", "--quiet", "--prune=now")
    assert (await adapter.resolve("main")).id == third
    await _deploy(bed, adapter, third, 2)
    await _deploy(bed, adapter, second, 3, kind=Kind.ROLLBACK)
    await adapter.close()


async def test_tags_branches_and_short_shas_resolve_and_an_ambiguous_name_is_refused(boot: Boot) -> None:
    from tests.ssh.told import refused

    bed = await boot()
    adapter = bed.adapter()
    repository = bed.host.repository
    first, second = repository.release("good"), repository.release("good")
    repository.tag("v1.2", first)
    person = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    repository.git(*person, "tag", "-a", "-m", "annotated", "v2.0", second)
    repository.branch("feature/한글".encode().decode("ascii", "ignore") + "x", second)
    assert (await adapter.resolve("v1.2")).id == first
    assert (await adapter.resolve("v2.0")).id == second
    assert (await adapter.resolve(second[:9])).id == second
    assert (await adapter.resolve("feature/x")).id == second
    repository.branch("v1.2", second)
    await refused(adapter.resolve("v1.2"), "ambiguous_ref", retry=False)
    await refused(adapter.resolve("f" * 40), "version_not_found", retry=False)
    await refused(adapter.resolve("0000000"), "version_not_found", retry=False)
    await adapter.close()
