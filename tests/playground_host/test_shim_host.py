"""The host of an ordinary user: says that it is a shim and why, and behaves like the real one as far as it goes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from playground.host import BootFailed, CommandFailed, Host, NotHere, Setup, ShimHost, SystemdHost, until
from playground.host.net import get, greets
from playground.host.shims.keeper import marked
from tests.playground_host.connect import login, run

ROOT = Path(__file__).parents[2]
SHIM = Setup(kind="shim", boot_seconds=0.1)


@pytest.fixture(params=[pytest.param("sshd", marks=pytest.mark.needs("sshd")), "asyncssh"])
async def host(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ShimHost]:
    host = await Host.boot(tmp_path / "host", Setup(kind="shim", boot_seconds=0.1, ssh_server=request.param))
    assert isinstance(host, ShimHost)
    async with host:
        yield host
    assert marked(str(host.folder)) == []


async def failed(host: Host) -> bool:
    return (await host.unit_state())["ActiveState"] == "failed"


async def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    with pytest.raises(BootFailed, match="not empty"):
        await Host.boot(tmp_path / "used")


async def test_a_crash_loop_ends_failed_and_the_log_says_why(host: ShimHost) -> None:
    await host.install(host.repository.release("crashes"), healthy=False)
    await until(lambda: failed(host), 20, "no crash loop")
    assert any("No module named 'pypdf'" in line for line in await host.journal())
    async with login(host) as connection:
        status, said = await run(connection, f"sudo -n systemctl restart {host.setup.unit}")
        assert (status, "repeated too quickly" in said) == (1, True)
        assert (await run(connection, f"sudo -n systemctl reset-failed {host.setup.unit}"))[0] == 0
        assert (await run(connection, f"sudo -n systemctl restart {host.setup.unit}"))[0] == 0


async def test_it_restarts_under_another_invocation_and_the_oracle_knows_who_asked(host: ShimHost) -> None:
    sha = await host.install()
    before = await host.unit_state()
    async with login(host) as connection:
        assert (await run(connection, f"sudo -n systemctl restart {host.setup.service}"))[0] == 0
        assert (await run(connection, "sudo -n id"))[0] == 1
        shown = await run(connection, f"systemctl show -p InvocationID --value {host.setup.unit}")
        assert (await run(connection, "cat; exit 7", stdin="through"))[:2] == (7, "through")
    await host.until_healthy(sha)
    after = await host.unit_state()
    assert shown == (0, after["InvocationID"] + "\n")
    assert after["InvocationID"] != before["InvocationID"]
    assert not Path(f"/proc/{before['MainPID']}").exists()
    effects = await host.effects()
    assert [e.what for e in effects if e.by == "sudo"] == [f"/usr/bin/systemctl restart {host.setup.service}"]
    assert [e.facts["invocation"] for e in effects if e.what == "listening"][-1] == after["InvocationID"]


async def test_the_host_goes_away_comes_back_freezes_and_changes_its_key(host: ShimHost) -> None:
    await host.faults.unreachable()
    assert not await greets(host.ssh.address, host.ssh.port)
    await host.faults.reachable()
    host.faults.freeze()
    with pytest.raises((TimeoutError, asyncssh.Error)):
        async with login(host, within=2):
            pass
    host.faults.thaw()
    new = await host.faults.change_host_key()
    with pytest.raises(asyncssh.HostKeyNotVerifiable):
        async with login(host):
            pass
    async with login(host, new) as connection:
        assert (await run(connection, "echo ok"))[1] == "ok\n"


async def test_faults_of_the_folder_the_port_and_sudo(host: ShimHost) -> None:
    await host.faults.squat(host.app_port)
    assert "somebody else" in (await get(f"{host.app_url}/health"))[1]
    await host.faults.stop_squatting()
    await host.install()
    host.faults.remove_env_file()
    host.faults.restore_env_file()
    assert host.faults.dirty_tree() == "app.py"
    await host.faults.sudo("nothing")
    async with login(host) as connection:
        assert (await run(connection, f"sudo -n systemctl restart {host.setup.unit}"))[0] == 1
    for cannot in (host.faults.full_disk(), host.faults.no_inodes(), host.reboot()):
        with pytest.raises(NotHere):
            await cannot


async def test_nothing_outlives_the_process_that_booted_it(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(tmp_path / "host"), "stay", stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    told = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    assert marked(str(tmp_path / "host"))
    process.send_signal(signal.SIGKILL)
    await process.wait()

    async def nothing_left() -> bool:
        gone = not Path(f"/proc/{told['pid']}").exists() and not marked(str(tmp_path / "host"))
        return gone and not await greets("127.0.0.1", told["port"])

    await until(nothing_left, 15, "something outlived its parent")


@pytest.mark.needs("systemd-host")
async def test_a_systemd_that_does_not_come_up_gives_way_to_the_shim_with_what_it_said(tmp_path: Path) -> None:
    too_small = Setup(app_inodes=2, boot_seconds=0.1)
    async with await Host.boot(tmp_path / "host", too_small) as host:
        assert host.kind == "shim"
        assert "No space left on device" in host.why_shim
        await host.install()
    with pytest.raises(BootFailed, match="No space left on device"):
        await Host.boot(tmp_path / "other", replace(too_small, kind="systemd"))


@pytest.mark.skipif(
    str(ROOT).startswith("/tmp/"), reason="a host has a /tmp of its own, so it cannot see this checkout"
)
@pytest.mark.needs("systemd-host")
async def test_an_ordinary_user_gets_the_shim_with_a_real_sshd_and_the_reason(tmp_path: Path) -> None:
    """Runs as the user of a systemd host: an account of its own, with a shell and nothing else."""
    async with await Host.boot(tmp_path / "outer", Setup(kind="systemd")) as outer:
        assert isinstance(outer, SystemdHost)
        said = await outer.exec(["/usr/bin/python3", "-c", "import sys; print(sys.version_info[:2])"])
        if said.strip() != str(sys.version_info[:2]):
            pytest.skip("the machine's own Python is another version than the one with our packages")
        paths = os.pathsep.join([str(ROOT), *(path for path in sys.path if "site-packages" in path)])
        command = ["env", f"PYTHONPATH={paths}", "/usr/bin/python3", "-c", PROGRAM, "/tmp/shim", "leave"]
        told = json.loads((await outer.exec(command, user=outer.setup.user)).splitlines()[-1])
        command[-2:] = ["/tmp/other", "insist"]
        with pytest.raises(CommandFailed, match="no systemd host here: systemd as PID 1 needs root"):
            await outer.exec(command, user=outer.setup.user)
        assert told["kind"] == "shim"
        assert told["why"] == "systemd as PID 1 needs root"
        assert told["server"] == "sshd"
        assert told["state"] == "active"
        assert told["health"] == 200


PROGRAM = """
import asyncio, json, pathlib, sys
from playground.host import Host, Setup
async def main():
    kind = {"stay": "shim", "leave": "auto", "insist": "systemd"}[sys.argv[2]]
    host = await Host.boot(pathlib.Path(sys.argv[1]), Setup(kind=kind, boot_seconds=0.1))
    await host.install()
    state = await host.unit_state()
    told = {"kind": host.kind, "why": host.why_shim, "server": host.ssh_server, "state": state["ActiveState"]}
    told |= {"pid": int(state["MainPID"]), "port": host.ssh.port, "health": (await host.health())[0]}
    print(json.dumps(told), flush=True)
    if sys.argv[2] == "stay":
        await asyncio.sleep(600)
    await host.kill()
asyncio.run(main())
"""
