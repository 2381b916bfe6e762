"""The real host: boots, runs the application under systemd, tells the truth about it, and leaves nothing behind."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.host import CommandFailed, Host, Setup, SystemdHost, until
from tests.playground_host.connect import login, run

pytestmark = [pytest.mark.needs("systemd-host")]
SYSTEMD = Setup(kind="systemd", boot_seconds=0.1)


async def boot(folder: Path, setup: Setup = SYSTEMD) -> SystemdHost:
    host = await Host.boot(folder, setup)
    assert isinstance(host, SystemdHost)
    return host


async def failed(host: Host) -> bool:
    return (await host.unit_state())["ActiveState"] == "failed"


def left_of(host: SystemdHost) -> list[str]:
    """What still tells of a host on this machine: processes, mounts, the cgroup, the disk's mount point."""
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if str(host.folder) in line]
    processes = [p for p in Path("/proc").iterdir() if p.name.isdigit() and str(host.folder) in command_line(p)]
    return [
        *mounts,
        *map(command_line, processes),
        *(str(p) for p in (host.cgroup, host.folder / "disk") if p.exists()),
    ]


def command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


async def test_a_crash_loop_ends_failed_and_the_journal_says_why(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        await host.install(host.repository.release("crashes"), healthy=False)
        await until(lambda: failed(host), 20, "no crash loop")
        assert any("ModuleNotFoundError: No module named 'pypdf'" in line for line in await host.journal(60))
        with pytest.raises(CommandFailed):  # the start limit holds until reset-failed
            await host.exec(["systemctl", "restart", host.setup.unit])
        assert len([e for e in await host.effects() if e.by == "app" and e.what == "crash"]) >= host.setup.restart_burst


async def test_killing_the_process_that_booted_it_ends_the_host_and_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys\n"
        "from playground.host import Host, Setup\n"
        "async def main():\n"
        "    host = await Host.boot(pathlib.Path(sys.argv[1]), Setup(kind='systemd', boot_seconds=0.1))\n"
        "    await host.install()\n"
        "    print(host.cgroup, host.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    folder = tmp_path / "host"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(folder), stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    cgroup, pid = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().split()
    process.send_signal(signal.SIGKILL)
    await process.wait()

    async def nothing_left() -> bool:
        return not (Path(cgroup).exists() or Path(f"/proc/{pid}").exists() or (folder / "disk").exists())

    await until(nothing_left, 30, "the host outlived its parent")


async def test_a_killed_host_leaves_no_process_mount_cgroup_or_folder(tmp_path: Path) -> None:
    host = await boot(tmp_path / "host")
    await host.install()
    assert left_of(host)
    await host.kill()
    assert left_of(host) == []
    await host.kill()


async def test_a_host_that_switched_itself_off_can_still_be_ended_and_booted_again(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        sha = await host.install()
        first = host.pid
        await host.exec(["systemctl", "poweroff", "--force", "--force"], check=False)
        await until(lambda: gone(first), 30, "it is still on")
        await host.reboot()
        await host.until_healthy(sha)
        assert host.pid != first


async def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def test_power_loss_keeps_the_disk_and_the_journal_and_changes_the_boot_id(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        sha = await host.install()
        before, invocation = host.boot_id, (await host.unit_state())["InvocationID"]
        await host.reboot()
        await host.until_healthy(sha)
        shown = await host.exec(["cat", "/proc/sys/kernel/random/boot_id"])
        assert shown.strip() == host.boot_id != before
        started = [e.facts["invocation"] for e in await host.effects() if e.by == "app" and e.what == "start"]
        assert started[0] == invocation
        assert len(started) == 2


@pytest.mark.parametrize("layout", ["releases", "in_place"])
async def test_the_application_runs_under_systemd_and_names_its_version(tmp_path: Path, layout: str) -> None:
    setup = Setup(kind="systemd", boot_seconds=0.1, layout="releases" if layout == "releases" else "in_place")
    async with await boot(tmp_path / "host", setup) as host:
        sha = await host.install()
        state = await host.unit_state()
        assert state["ActiveState"] == "active"
        assert state["WorkingDirectory"] == host.here
        assert await host.version() == sha
        newer = await host.install(host.repository.release("needs_wheel"))
        start = [e for e in await host.effects() if e.by == "app" and e.what == "start"][-1]
        assert start.facts["version"] == newer == await host.version()
        assert start.facts["invocation"] == (await host.unit_state())["InvocationID"] != state["InvocationID"]


async def test_the_service_may_run_as_another_user_than_the_one_that_deploys(tmp_path: Path) -> None:
    for layout in ("releases", "in_place"):
        setup = Setup(
            kind="systemd", boot_seconds=0.1, service_user="dojangkok",
            layout="releases" if layout == "releases" else "in_place",
        )  # fmt: skip
        async with await boot(tmp_path / layout, setup) as host:
            await host.install()
            pid = (await host.unit_state())["MainPID"]
            assert (await host.exec(["stat", "-c", "%U", f"/proc/{pid}"])).strip() == "dojangkok"


async def test_the_deploy_user_logs_in_restarts_the_unit_and_may_do_nothing_else(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        await host.install()
        async with login(host) as connection:
            assert (await run(connection, f"sudo -n systemctl restart {host.setup.service}"))[0] == 0
            assert (await run(connection, "sudo -n systemctl restart sshd-playground"))[0] == 1
            assert (await run(connection, "sudo -n id"))[0] == 1
            assert "listening" in (await run(connection, f"journalctl -u {host.setup.unit}"))[1]
            assert "git version" in (await run(connection, "git --version"))[1]
        sudo = [(e.what, e.facts["allowed"]) for e in await host.effects() if e.by == "sudo"]
        assert (f"/usr/bin/systemctl restart {host.setup.service}", True) in sudo
        assert "/usr/bin/id" not in [command for command, allowed in sudo if allowed]


async def test_two_hosts_live_side_by_side(tmp_path: Path) -> None:
    async with await boot(tmp_path / "one") as one, await boot(tmp_path / "two") as two:
        first, second = await asyncio.gather(one.install(), two.install())
        assert (await one.version(), await two.version()) == (first, second)
        await one.exec(["systemctl", "stop", one.setup.service])
        assert (await two.health())[0] == 200
        assert await one.exec(["hostname"])
        assert one.boot_id != two.boot_id


async def test_the_machines_own_users_rules_and_units_are_no_part_of_the_host(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        assert (await host.exec(["ls", "/etc/sudoers.d"])).split() == ["deploy"]
        assert f"find-links = {host.repository.wheels}" in await host.exec(["cat", "/etc/pip.conf"])
        assert "slipway-host-was-here" not in await host.exec(["ls", "/tmp"])
        await host.exec(["touch", "/etc/slipway-host-was-here", "/tmp/slipway-host-was-here"])
        assert not Path("/etc/slipway-host-was-here").exists()
        assert not Path("/tmp/slipway-host-was-here").exists()


async def test_it_boots_within_seconds_even_on_a_busy_machine(tmp_path: Path) -> None:
    begun = time.monotonic()
    async with await boot(tmp_path / "host"):
        assert time.monotonic() - begun < 5
    assert [entry.name for entry in tmp_path.iterdir()] == ["host"]
