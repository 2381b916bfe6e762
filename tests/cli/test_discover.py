"""``init --ssh`` on a real host: sshd, systemd, git. Only looked at, nothing left behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.ssh import discover
from bot.cli.init.facts import Discovered
from bot.errors import AdapterError
from playground.host import SECRET, Host, Setup
from tests.config.files import HOST_KEY

pytestmark = pytest.mark.needs("systemd-host")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    setup = Setup(kind="systemd", layout="in_place", logs="file")
    async with await Host.boot(tmp_path / "host", setup) as running:
        await running.install()
        yield running


async def looked_at(host: Host) -> Discovered:
    line, _ = await discover.host_key("127.0.0.1", host.ssh.port)
    found = await discover.applications(host.ssh.user, "127.0.0.1", host.ssh.port, line, host.ssh.private_key)
    assert SECRET not in str(found)
    return Discovered.model_validate(found)


async def test_an_unknown_host_key_is_met_before_any_login(host: Host) -> None:
    with pytest.raises(AdapterError, match="host_key_changed"):
        await discover.applications("ubuntu", "127.0.0.1", host.ssh.port, HOST_KEY, host.ssh.private_key)


async def test_nobody_answering_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="unreachable"):
        await discover.host_key("127.0.0.1", 1)


async def test_the_host_shows_the_key_that_is_pinned(host: Host) -> None:
    line, fingerprint = await discover.host_key("127.0.0.1", host.ssh.port)
    assert line.split()[:2] == host.ssh.host_key.split()[:2]
    assert fingerprint.startswith("SHA256:")


async def test_the_unit_that_works_in_a_git_tree_is_found_with_everything_the_file_needs(host: Host) -> None:
    (one,) = (await looked_at(host)).applications
    assert (one.unit, one.path, one.layout) == (host.setup.service, host.app_folder, "in_place")
    assert (one.remote, one.sha) == (str(host.repository.path), host.repository.head())
    assert "chroma_db" in one.untracked
    assert one.changed == 0
    assert [name for name in one.logs if name.startswith("/var/log/")] != []


async def test_looking_leaves_no_trace(host: Host) -> None:
    async def files() -> str:
        return await host.exec(["find", f"/home/{host.ssh.user}", host.app_folder, "-not", "-name", "__pycache__"])

    before = await files()
    await looked_at(host)
    assert await files() == before
