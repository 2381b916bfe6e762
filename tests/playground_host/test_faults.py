"""Every fault does what it says, and its counterpart puts it right."""

import asyncio
import errno
from pathlib import Path

import asyncssh
import pytest

from playground.host import CommandFailed, Host, Setup, SystemdHost, until
from playground.host.net import get, greets
from playground.host.units import TEMPLATES
from tests.playground_host.connect import login

pytestmark = [pytest.mark.needs("systemd-host")]


async def boot(folder: Path, setup: Setup | None = None) -> SystemdHost:
    host = await Host.boot(folder, setup or Setup(kind="systemd", boot_seconds=0.1))
    assert isinstance(host, SystemdHost)
    return host


async def test_an_unreachable_host_breaks_connections_refuses_new_ones_and_comes_back(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        async with login(host) as connection:
            await host.faults.unreachable()
            await asyncio.wait_for(connection.wait_closed(), 10)
        assert not await greets(host.ssh.address, host.ssh.port)
        await host.faults.reachable()
        async with login(host) as connection:
            assert (await connection.run("true")).exit_status == 0


async def test_a_frozen_sshd_accepts_and_never_answers(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host, login(host) as connection:
        host.faults.freeze()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.run("true"), 1)
        with pytest.raises((TimeoutError, asyncssh.Error)):
            async with login(host, within=2):
                pass
        host.faults.thaw()
        assert (await asyncio.wait_for(connection.run("echo back"), 10)).stdout == "back\n"


async def test_a_dropped_connection_leaves_what_it_started_running(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        async with login(host) as connection:
            await connection.run("setsid sh -c 'sleep 0.5; touch /tmp/went-on' > /dev/null 2>&1 < /dev/null &")
            host.faults.drop()
            await asyncio.wait_for(connection.wait_closed(), 10)
        await until(lambda: exists(host.path("/tmp/went-on")), 30, "the process died with the connection")
        async with login(host):
            pass


async def exists(path: Path) -> bool:
    return path.exists()


async def test_a_changed_host_key_is_refused_by_whoever_pinned_the_old_one(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        new = await host.faults.change_host_key()
        with pytest.raises(asyncssh.HostKeyNotVerifiable):
            async with login(host):
                pass
        async with login(host, new):
            pass


async def test_a_full_disk_takes_no_byte_and_a_file_system_without_inodes_no_file(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        file = host.path("/app/ai-server/some")
        await host.faults.full_disk()
        with pytest.raises(OSError) as full:
            file.write_bytes(b"x" * 4096)
        assert full.value.errno == errno.ENOSPC
        await host.faults.free_disk()
        file.write_bytes(b"x" * 4096)
        await host.faults.no_inodes()
        with pytest.raises(OSError) as none_left:
            host.path("/app/ai-server/other").touch()
        assert none_left.value.errno == errno.ENOSPC
        await host.faults.free_disk()
        host.path("/app/ai-server/other").touch()


@pytest.mark.parametrize("layout", ["releases", "in_place"])
async def test_without_its_env_file_the_application_does_not_start(tmp_path: Path, layout: str) -> None:
    setup = Setup(kind="systemd", boot_seconds=0.1, layout="releases" if layout == "releases" else "in_place")
    async with await boot(tmp_path / "host", setup) as host:
        await host.install()
        host.faults.remove_env_file()
        await host.exec(["systemctl", "restart", host.setup.service])
        await until(lambda: told(host, "FileNotFoundError"), 30, "it started without .env")
        host.faults.restore_env_file()
        await host.exec(["systemctl", "reset-failed", host.setup.service])
        await host.exec(["systemctl", "restart", host.setup.service])
        await host.until_healthy()


async def told(host: Host, text: str) -> bool:
    return any(text in line for line in await host.journal(60))


async def test_a_hotfix_and_untracked_data_show_in_git_status(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host", Setup(kind="systemd", layout="in_place", boot_seconds=0.1)) as host:
        await host.install()
        status = ["git", "-C", host.app_folder, "status", "--porcelain"]
        assert await host.exec(status, user=host.setup.user) == ""
        changed, data = host.faults.dirty_tree(), host.faults.untracked_data()
        assert (await host.exec(status, user=host.setup.user)).splitlines() == [f" M {changed}", f"?? {data}/"]


async def test_logind_says_that_it_kills_what_a_user_leaves_running(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        ask = ["loginctl", "show-session", "-p", "KillUserProcesses"]
        assert await host.exec(ask) == "KillUserProcesses=no\n"
        await host.faults.kill_user_processes()
        assert await host.exec(ask, user=host.setup.user) == "KillUserProcesses=yes\n"


async def test_the_documented_rules_let_a_job_start_and_nothing_that_is_named_after_it(tmp_path: Path) -> None:
    if not (TEMPLATES / "sudoers-unit").exists():
        pytest.skip("needs docs/ssh/sudoers-unit")
    async with await boot(tmp_path / "host") as host:
        ask = ["sudo", "-n", "-l", "/usr/bin/systemctl", "start"]
        await host.exec([*ask, "slipway-job@abcd2345-128-1.service"], user=host.setup.user)
        for more in (["slipway-job@a.service", "evil.service"], ["slipway-job@../../evil.service"], ["evil.service"]):
            with pytest.raises(CommandFailed):
                await host.exec([*ask, *more], user=host.setup.user)
        assert "LoadState=loaded" in await host.exec(["systemctl", "show", "-p", "LoadState", "slipway-job@a.service"])


async def test_sudo_rules_change_as_told(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        await host.install()
        may_restart, may_all = (
            ["sudo", "-n", "-l", "systemctl", "restart", host.setup.service],
            ["sudo", "-n", "-l", "systemctl", "link", "/tmp/x"],
        )
        await host.exec(may_restart, user=host.setup.user)
        with pytest.raises(CommandFailed):
            await host.exec(may_all, user=host.setup.user)
        await host.faults.sudo("nothing")
        with pytest.raises(CommandFailed):
            await host.exec(may_restart, user=host.setup.user)
        await host.faults.sudo("too_much")
        await host.exec(may_all, user=host.setup.user)
        await host.faults.sudo("right")
        await host.exec(may_restart, user=host.setup.user)


async def test_a_squatter_answers_on_the_applications_port_while_the_unit_fails(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        await host.faults.squat(host.app_port)
        await host.install(healthy=False)
        await until(lambda: told(host, "Address already in use"), 30, "the application did not meet the squatter")
        assert "somebody else" in (await get(f"{host.app_url}/health"))[1]
        await host.faults.stop_squatting()
        await host.exec(["systemctl", "reset-failed", host.setup.service], check=False)
        await host.exec(["systemctl", "restart", host.setup.service])
        await host.until_healthy()


async def test_where_forwarding_is_off_a_forwarded_port_is_refused(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        await host.install()
        await host.faults.forwarding(False)
        async with login(host) as connection:
            with pytest.raises(asyncssh.ChannelOpenError):
                await connection.open_connection("127.0.0.1", host.app_port)
        await host.faults.forwarding(True)
        async with login(host) as connection:
            await connection.open_connection("127.0.0.1", host.app_port)


@pytest.mark.parametrize("layout", ["releases", "in_place"])
async def test_the_unit_may_still_work_where_the_other_layout_has_it(tmp_path: Path, layout: str) -> None:
    setup = Setup(kind="systemd", boot_seconds=0.1, layout="releases" if layout == "releases" else "in_place")
    async with await boot(tmp_path / "host", setup) as host:
        await host.faults.unit_of_another_layout()
        other = {"releases": "/app/ai-server", "in_place": "/app/ai-server/current"}[layout]
        assert (await host.unit_state())["WorkingDirectory"] == other


async def test_a_lying_program_answers_in_the_place_of_the_real_one(tmp_path: Path) -> None:
    async with await boot(tmp_path / "host") as host:
        host.faults.impersonate("/usr/bin/systemctl", "#!/bin/sh\necho ActiveState=active\n")
        assert await host.exec(["systemctl", "show", "nothing"]) == "ActiveState=active\n"
        host.faults.restore("/usr/bin/systemctl")
        assert "LoadState=not-found" in await host.exec(["systemctl", "show", "nothing"])
