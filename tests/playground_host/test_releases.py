"""How the bad releases behave once they run."""

from pathlib import Path

import pytest

from playground.host import SECRET, Host, Setup, until
from playground.host.net import get
from playground.host.releases import Kind, greeting

pytestmark = [pytest.mark.needs("systemd-host")]


async def started(folder: Path, kind: Kind, *, seconds: float = 0.5) -> Host:
    host = await Host.boot(folder, Setup(kind="systemd", boot_seconds=0.05))
    await host.install(host.repository.release(kind, seconds=seconds), healthy=False)
    return host


async def answers(host: Host, status: int) -> bool:
    return (await host.health())[0] == status


async def test_an_unhealthy_release_answers_502_and_a_flapping_one_changes_its_mind(tmp_path: Path) -> None:
    async with await started(tmp_path / "host", "unhealthy") as host:
        await until(lambda: answers(host, 502), 30, "it does not answer")
        await host.install(host.repository.release("flaps"), healthy=False)
        await until(lambda: answers(host, 200), 30, "it does not flap")
        await until(lambda: answers(host, 502), 30, "it does not flap")


async def test_one_that_dies_later_is_healthy_first(tmp_path: Path) -> None:
    async with await started(tmp_path / "host", "dies_later", seconds=1.0) as host:
        await until(lambda: answers(host, 200), 30, "it never was healthy")

        async def restarted() -> bool:
            return int((await host.unit_state())["NRestarts"]) > 0

        await until(restarted, 30, "it lives")


async def test_a_hanging_one_runs_without_listening_and_a_slow_one_listens_late(tmp_path: Path) -> None:
    async with await started(tmp_path / "host", "hangs") as host:

        async def began() -> bool:
            return any(effect.what == "start" for effect in await host.effects() if effect.by == "app")

        await until(began, 30, "the application never ran")
        assert (await host.unit_state())["ActiveState"] == "active"
        await host.install(host.repository.release("slow_boot", seconds=0.5))
        told = [e for e in await host.effects() if e.by == "app"]
        hung = [e.what for e in told if e.facts["version"] == host.repository.commits[0]]
        late = {e.what: e.at for e in told if e.facts["version"] == host.repository.commits[1]}
        assert hung == ["start", "stop"]
        assert late["listening"] - late["start"] >= 0.5


async def test_a_stubborn_one_is_killed_after_the_units_patience(tmp_path: Path) -> None:
    async with await started(tmp_path / "host", "stubborn") as host:
        await until(lambda: answers(host, 200), 30, "it does not answer")
        drop_in = host.path(f"/etc/systemd/system/{host.setup.service}.d/patience.conf")
        drop_in.parent.mkdir()
        drop_in.write_text("[Service]\nTimeoutStopSec=0.5\n")
        await host.exec(["systemctl", "daemon-reload"])
        await host.exec(["systemctl", "stop", host.setup.service])
        assert (await host.unit_state())["Result"] == "timeout"


async def test_a_leaking_one_puts_the_secret_into_the_journal(tmp_path: Path) -> None:
    async with await started(tmp_path / "host", "leaks") as host:

        async def leaked() -> bool:
            return any(SECRET in line for line in await host.journal())

        await until(leaked, 30, "the secret is not in the journal, so no test of masking would mean anything")


async def test_the_page_of_a_release_shows_its_version_and_greeting(tmp_path: Path) -> None:

    async with await started(tmp_path / "host", "good") as host:
        await host.until_healthy()
        status, page = await get(f"{host.app_url}/")
        line, colour = greeting(0)
        assert status == 200
        assert host.repository.commits[0][:7] in page
        assert line in page
        assert colour in page


async def test_a_release_may_keep_its_version_to_itself(tmp_path: Path) -> None:
    async with await Host.boot(tmp_path / "host", Setup(kind="systemd", boot_seconds=0.05)) as host:
        await host.install(host.repository.release(names_version=False))
        assert await host.version() == ""
