"""llmops in prod on real containers of a docker daemon of our own; and as it is without one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from playground.stage.fleet import Fleet
from playground.stage.sentences import tasks_are
from tests.ecs.real.daemon import Daemon

SECONDS = 20
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """It can pull nothing: its way out is a port at which nobody listens."""
    daemon = Daemon(tmp_path_factory.mktemp("docker"), NOWHERE, "127.0.0.1:9")
    yield daemon
    daemon.kill()


class Changes:
    def __init__(self) -> None:
        self.happened = asyncio.Event()

    def tell(self) -> None:
        self.happened.set()

    async def until(self, true: Callable[[], Any]) -> None:
        async with asyncio.timeout(SECONDS):
            while not true():
                self.happened.clear()
                await self.happened.wait()


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest_asyncio.fixture(loop_scope="session")
async def fleet(daemon: Daemon, changes: Changes) -> AsyncIterator[Fleet]:
    async with Fleet("first", changes.tell, daemon.socket) as fleet:
        fleet.service.pace = 0.05
        yield fleet
    assert daemon.docker("ps", "-aq") == ""
    assert daemon.docker("images", "-q") == ""


def roll(fleet: Fleet, tag: str) -> str:
    digest = fleet.push(tag)
    fleet.service.superseded_by(fleet.repository.image(digest))
    return digest


async def backing(daemon: Daemon) -> dict[str, str]:
    """The digests that running containers stand for, by their tasks."""
    form = '{{.Label "slipway.task"}} {{.Label "slipway.digest"}}'
    lines = await asyncio.to_thread(daemon.docker, "ps", "--filter", "label=slipway.task", "--format", form)
    return dict(line.split() for line in lines.splitlines())


async def backed(fleet: Fleet, daemon: Daemon) -> None:
    """Exactly the tasks that run have a container."""
    async with asyncio.timeout(SECONDS):
        while await backing(daemon) != {one.id: one.containers[0].digest for one in fleet.service.tasks}:
            await asyncio.sleep(0.05)


@pytest.mark.needs("docker")
async def test_a_good_rollout_replaces_the_containers(fleet: Fleet, daemon: Daemon, changes: Changes) -> None:
    assert "real container" in tasks_are(fleet.containers.why, fleet.containers.detail)
    await backed(fleet, daemon)
    before = set(await backing(daemon))
    digest = roll(fleet, "second")
    await changes.until(lambda: fleet.digest == digest and not fleet.busy)
    await backed(fleet, daemon)
    now = await backing(daemon)
    assert (set(now.values()), len(now), before & set(now)) == ({digest}, 2, set())


@pytest.mark.needs("docker")
async def test_tasks_that_crash_have_the_exit_code_of_their_containers(
    fleet: Fleet, daemon: Daemon, changes: Changes
) -> None:
    await backed(fleet, daemon)
    before = fleet.digest
    fleet.arm("tasks_crash")
    failed = roll(fleet, "second")
    await changes.until(lambda: fleet.service.current.status == "ROLLBACK_SUCCESSFUL")
    codes = [one.containers[0].exit_code for one in fleet.service.stopped_tasks if one.containers[0].digest == failed]
    assert codes.count(3) >= 3
    told = [one["detail"]["containers"][0] for one in fleet.aws.told if one["detail"].get("lastStatus") == "STOPPED"]
    assert 1 not in {one["exitCode"] for one in told if one.get("imageDigest") == failed}, "the imitation's own code"
    assert fleet.digest == before
    await backed(fleet, daemon)


@pytest.mark.needs("docker")
async def test_a_container_that_somebody_kills_is_a_stopped_task_and_is_replaced(
    fleet: Fleet, daemon: Daemon, changes: Changes
) -> None:
    await backed(fleet, daemon)
    victim = fleet.service.tasks[0]
    await asyncio.to_thread(daemon.docker, "kill", f"slipway-llmops-app-{victim.id[:8]}")
    await changes.until(lambda: victim.stopped)
    assert (victim.stop_code, victim.containers[0].exit_code) == ("EssentialContainerExited", 137)
    await changes.until(lambda: fleet.view["healthy"] == 2)
    await backed(fleet, daemon)


@pytest.mark.needs("docker")
async def test_what_a_killed_playground_left_is_removed_at_the_next_start(daemon: Daemon, changes: Changes) -> None:
    async with Fleet("first", changes.tell, daemon.socket) as fleet:
        await backed(fleet, daemon)
        image = daemon.docker("images", "-q")
        labels = ("--label", "slipway.playground=999999999", "--label", "slipway.fleet=gone")
        left = daemon.docker(
            "run", "-d", "--pull=never", "--network=none", *labels, image, "/bin/busybox", "sleep", "60"
        )
        async with Fleet("first", changes.tell, daemon.socket):
            assert left not in daemon.docker("ps", "-aq", "--no-trunc").split()
            assert {one.id for one in fleet.service.tasks} <= set(await backing(daemon))
    assert daemon.docker("ps", "-aq") == ""


async def test_without_a_daemon_the_tasks_are_pretended_and_the_page_says_so(tmp_path: Path, changes: Changes) -> None:
    async with Fleet("first", changes.tell, f"unix://{tmp_path}/nobody.sock") as fleet:
        fleet.service.pace = 0.01
        fleet.arm("tasks_crash")
        roll(fleet, "second")
        await changes.until(lambda: fleet.service.current.status == "ROLLBACK_SUCCESSFUL")
        assert {one.containers[0].exit_code for one in fleet.service.stopped_tasks} >= {1}
        why, detail = fleet.containers.why, fleet.containers.detail
    assert "no docker daemon" in tasks_are(why, detail)
    assert "docker 데몬 없음" in tasks_are(why, detail, "ko")
