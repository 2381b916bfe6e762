"""The host is not what it should be: said before a deploy, and harmless where nobody asked before."""

from __future__ import annotations

import pytest

from bot.errors import AdapterError
from bot.model import Unreadable
from bot.ports import Diagnoses
from playground.host.setup import SECRET
from tests.contract.beds import SshBed, carry_out, order, proved, running, watch
from tests.ssh.conftest import Boot
from tests.ssh.told import complete, failed, only, preflight, refused, untouched

pytestmark = pytest.mark.needs("systemd-host")
LAYOUTS = pytest.mark.parametrize("layout", ["releases", "in_place"])


@LAYOUTS
async def test_a_full_disk_stops_the_plan_and_an_attempt_that_comes_anyway_begins_nothing(
    boot: Boot, layout: str
) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    before = await running(adapter)
    one = await order(adapter, await bed.release())
    await bed.host.faults.full_disk()
    found = await preflight(adapter, one.to.id)
    assert [finding.code for finding in found.findings if finding.stops] == ["disk_full"]
    await refused(adapter.start(one), "disk_full", retry=False)
    assert await running(adapter) == before
    await bed.host.faults.free_disk()
    proved(await carry_out(adapter, one), one)
    await adapter.close()


@LAYOUTS
async def test_a_disk_that_fills_up_on_the_way_ends_the_attempt_with_its_record_and_the_old_version(
    boot: Boot, layout: str
) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    before = await running(adapter)
    fills = f"dd if=/dev/zero of={bed.host.app_folder}/.git.full bs=1M 2>/dev/null"
    script = f'#!/bin/sh\ncase "$*" in *"archive"*|*"fetch --quiet"*) {fills};; esac\nexec /usr/bin/git.real "$@"\n'
    bed.host.repository.release("needs_wheel", files={"big.txt": "x" * 200_000})
    one = await order(adapter, "main")
    bed.host.faults.impersonate("/usr/bin/git", script)
    progress = await carry_out(adapter, one)
    assert progress.failure is not None
    failed(progress, "disk_full", progress.failure.step)
    await bed.host.exec(["rm", f"{bed.host.app_folder}/.git.full"])
    await untouched(adapter, progress, before)
    await adapter.close()


async def test_no_inodes_left_is_said_before(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    wanted = (await adapter.resolve(await bed.release())).id
    await bed.host.faults.no_inodes()
    found = await preflight(adapter, wanted)
    assert "inodes_full" in [finding.code for finding in found.findings if finding.stops]
    await adapter.close()


@LAYOUTS
async def test_a_missing_env_file_stops_the_plan_with_its_name(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    wanted = await bed.release()
    bed.host.faults.remove_env_file()
    finding = only(await preflight(adapter, wanted))
    folder = "shared/" if layout == "releases" else ""
    assert (finding.code, finding.stops) == ("env_missing", True)
    assert finding.facts["file"] == f"{bed.host.app_folder}/{folder}.env"
    await adapter.close()


async def test_an_env_file_that_vanished_since_fails_before_anything_is_built(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    before = await running(adapter)
    one = await order(adapter, await bed.release())
    bed.host.faults.remove_env_file()
    progress = await carry_out(adapter, one)
    failed(progress, "env_missing", "save")
    await untouched(adapter, progress, before)
    await adapter.close()


async def test_an_env_file_that_others_can_write_stops_and_one_that_they_can_read_warns(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    wanted = await bed.release()
    file = f"{bed.host.app_folder}/shared/.env"
    for mode, stops in (("666", True), ("644", False)):
        await bed.host.exec(["chmod", mode, file])
        finding = only(await preflight(adapter, wanted))
        assert (finding.code, finding.stops, finding.facts["mode"]) == ("env_mode", stops, f"0{mode}")
    await adapter.close()


async def test_a_dirty_tree_is_refused_with_the_diff_and_never_overwritten(boot: Boot) -> None:
    bed = await boot(layout="in_place")
    adapter = bed.adapter()
    before = await running(adapter)
    one = await order(adapter, await bed.release())
    name = bed.host.faults.dirty_tree()
    file = bed.host.path(f"{bed.host.app_folder}/{name}")
    file.write_text(file.read_text() + f"# {SECRET}\n")
    text = file.read_text()

    seen = await adapter.running()
    assert isinstance(seen, Unreadable)
    assert seen.code == "dirty_tree"
    finding = only(await preflight(adapter, one.to.id))
    assert (finding.code, finding.stops, finding.facts["files"]) == ("dirty_tree", True, 1)
    assert "+# hotfix, minsu, 03:12" in finding.facts["attachment"]
    assert SECRET not in finding.facts["attachment"]

    progress = await carry_out(adapter, one)
    failure = failed(progress, "dirty_tree", "save")
    assert "+# hotfix" in failure.facts["attachment"]
    assert SECRET not in failure.facts["attachment"]
    assert not progress.switched
    assert file.read_text() == text
    await bed.host.exec(["git", "-C", bed.host.app_folder, "checkout", name], user=bed.host.setup.user)
    assert await running(adapter) == before
    await adapter.close()


async def test_data_that_the_next_switch_would_hide_is_named(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    wanted = await bed.release()
    await preflight(adapter, wanted)
    bed.host.faults.untracked_data()
    finding = only(await preflight(adapter, wanted))
    assert (finding.code, finding.stops, finding.facts["names"]) == ("unshared_data", True, "uploads/2026-11.jsonl")
    await adapter.close()


async def test_an_ignored_file_that_a_checkout_would_overwrite_is_never_overwritten(boot: Boot) -> None:
    bed = await boot(layout="in_place")
    adapter = bed.adapter()
    before = await running(adapter)
    bed.host.repository.release("good", files={"chroma_db/chroma.sqlite3": "somebody's fixture"})
    one = await order(adapter, "main")
    finding = only(await preflight(adapter, "main"))
    assert (finding.code, finding.stops, finding.facts["count"]) == ("unshared_data", True, 1)
    progress = await carry_out(adapter, one)
    failed(progress, "unshared_data", "fetch")
    await untouched(adapter, progress, before)
    data = bed.host.path(f"{bed.host.app_folder}/chroma_db/chroma.sqlite3").read_text()
    assert data == "vectors\n"
    await adapter.close()


async def test_a_shared_path_that_the_version_brings_along_is_refused(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    before = await running(adapter)
    bed.host.repository.release("good", files={"chroma_db/readme": "x"})
    finding = only(await preflight(adapter, "main"))
    assert (finding.code, finding.stops, finding.facts) == ("shared_tracked", True, {"name": "chroma_db"})
    progress = await carry_out(adapter, await order(adapter, "main"))
    failed(progress, "shared_tracked", "fetch")
    await untouched(adapter, progress, before)
    await adapter.close()


@LAYOUTS
@pytest.mark.parametrize("runner", ["detached", "unit"])
async def test_without_sudo_the_plan_says_which_command_and_an_attempt_takes_its_switch_back(
    boot: Boot, layout: str, runner: str
) -> None:
    bed = await boot(layout=layout, job_runner=runner)
    adapter = bed.adapter()
    before = await running(adapter)
    one = await order(adapter, await bed.release())
    await bed.host.faults.sudo("nothing")
    found = await preflight(adapter, one.to.id)
    assert {finding.code for finding in found.findings if finding.stops} == {"sudo_missing"}
    commands = [finding.facts["command"] for finding in found.findings]
    assert f"/usr/bin/systemctl restart {bed.host.setup.service}" in commands
    progress = await carry_out(adapter, one)
    if runner == "unit":
        failed(progress, "job_failed", "save")
    else:
        failed(progress, "restart_failed", "restart")
    await untouched(adapter, progress, before)
    await adapter.close()


@pytest.mark.parametrize("runner", ["detached", "unit"])
async def test_doctor_finds_nothing_wrong_with_the_documented_sudo_rules_and_names_a_rule_that_gives_root(
    boot: Boot, runner: str
) -> None:
    bed = await boot(job_runner=runner)
    adapter = bed.adapter()
    lines = await _diagnosis(adapter)
    assert {good for _, good, _ in lines} == {True}
    assert [code for code, _, _ in lines][:3] == ["login", "host_key", "python"]
    await bed.host.faults.sudo("too_much")
    bad = [(code, facts) for code, good, facts in await _diagnosis(adapter) if good is not True]
    assert [code for code, _ in bad] == ["sudo_too_much"]
    assert "NOPASSWD: /usr/bin/systemctl" in bad[0][1]["rule"]
    await adapter.close()


async def _diagnosis(adapter: object) -> list[tuple[str, bool | None, dict[str, object]]]:
    assert isinstance(adapter, Diagnoses)
    lines = [(code, good, dict(facts)) for code, good, facts in await adapter.diagnose()]
    for code, _, facts in lines:
        complete(code, facts)
    return lines


async def test_a_unit_that_does_not_follow_current_is_refused_with_the_drop_in_that_makes_it(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    wanted = await bed.release()
    app, service = bed.host.app_folder, bed.host.setup.service
    old = await bed.host.exec(["readlink", "-f", f"{app}/current"])
    unit = bed.host.path(f"/etc/systemd/system/{service}")
    unit.write_text(unit.read_text().replace(f"{app}/current", old.strip()))
    await bed.host.exec(["systemctl", "daemon-reload"])
    finding = only(await preflight(adapter, wanted))
    assert (finding.code, finding.stops) == ("unit_not_current", True)
    assert finding.facts["file"] == f"/etc/systemd/system/{service}.d/slipway.conf"

    await bed.host.exec(["mkdir", "-p", f"/etc/systemd/system/{service}.d"])
    bed.host.path(finding.facts["file"]).write_text(finding.facts["attachment"])
    await bed.host.exec(["systemctl", "daemon-reload"])
    assert (await preflight(adapter, wanted)).findings == ()
    one = await order(adapter, wanted)
    proved(await carry_out(adapter, one), one)
    await adapter.close()


async def test_an_unknown_unit_is_refused_by_its_name(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter(unit="another")
    found = await preflight(adapter, await bed.release())
    assert ("unit_missing", True) in [(finding.code, finding.stops) for finding in found.findings]
    await adapter.close()


async def test_a_missing_job_unit_is_refused_with_the_file_that_works_once_installed(boot: Boot) -> None:
    bed = await boot(job_runner="unit")
    adapter = bed.adapter()
    wanted = await bed.release()
    file = bed.host.path("/etc/systemd/system/slipway-job@.service")
    file.unlink()
    await bed.host.exec(["systemctl", "daemon-reload"])
    finding = only(await preflight(adapter, wanted))
    assert (finding.code, finding.stops) == ("runner_missing", True)
    file.write_text(finding.facts["attachment"])
    await bed.host.exec(["systemctl", "daemon-reload"])
    assert (await preflight(adapter, wanted)).findings == ()
    one = await order(adapter, wanted)
    proved(await carry_out(adapter, one), one)
    await adapter.close()


async def test_detached_jobs_are_refused_where_logind_ends_what_a_user_leaves_running(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await bed.host.faults.kill_user_processes()
    finding = only(await preflight(adapter, await bed.release()))
    assert (finding.code, finding.stops) == ("runner_killed", True)
    await adapter.close()


async def test_a_folder_that_is_missing_or_not_ours_is_refused(boot: Boot) -> None:
    bed = await boot()
    wanted = (await bed.adapter().resolve(await bed.release())).id
    await bed.host.exec(["chown", "root", bed.host.app_folder])
    adapter = bed.adapter()
    found = await preflight(adapter, wanted)
    assert [finding.code for finding in found.findings if finding.stops] == ["path_not_writable"]
    await adapter.close()
    elsewhere = bed.adapter(path="/app/nowhere")
    from bot.model import Change, Kind, Version

    gone = await elsewhere.preflight(Change(Kind.DEPLOY, None, Version(wanted, wanted[:7])))  # type: ignore[attr-defined]
    assert "path_missing" in [finding.code for finding in gone.findings if finding.stops]
    await elsewhere.close()


async def test_a_repository_that_cannot_be_read_is_said_and_a_version_that_is_here_needs_none(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    before = (await running(adapter)).version
    one = await order(adapter, await bed.release())
    proved(await carry_out(adapter, one), one)
    bed.host.repository.path.rename(bed.host.repository.path.with_name("away.git"))
    error = await refused(adapter.resolve("main"), "repository_unreadable", retry=True)
    assert "://" not in str(error.facts["repository"]) or "@" not in str(error.facts["repository"])
    back = await order(adapter, before.id, n=2)
    proved(await carry_out(adapter, back), back)
    await adapter.close()


async def test_an_attempt_killed_on_the_host_is_told_as_interrupted_and_nothing_is_green(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await bed.slows()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    await bed.host.exec(["sh", "-c", "pkill -KILL -u ubuntu -f slipway_host"])
    progress = await watch(adapter, one, ref)
    assert (progress.status.value, progress.switched, progress.evidence) == ("interrupted", False, None)
    assert progress.failure is not None
    assert progress.failure.code == "job_died"
    await adapter.close()


async def test_a_host_that_lost_power_in_mid_deploy_is_told_as_interrupted(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await bed.slows()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    await bed.host.reboot()
    progress = await watch(adapter, one, ref)
    assert (progress.status.value, progress.switched, progress.evidence) == ("interrupted", False, None)
    assert progress.failure is not None
    assert progress.failure.code == "host_rebooted"
    await adapter.close()


async def test_two_attempts_never_work_on_one_path_at_the_same_time(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await bed.slows()
    one, two = await order(adapter, await bed.release()), await order(adapter, "main", n=2)
    ref = await adapter.start(one)
    failed(await carry_out(adapter, two), "host_busy", "save")
    await adapter.stop(one, ref)  # type: ignore[attr-defined]
    await watch(adapter, one, ref)
    await adapter.close()


async def test_what_was_approved_must_be_what_the_configuration_says(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    other = SshBed.adapter(bed, path="/app/other")
    with pytest.raises(AdapterError) as error:
        await other.start(one)
    assert (error.value.code, error.value.retry) == ("effect_changed", False)
    await adapter.close()
    await other.close()
