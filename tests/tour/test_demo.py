"""`make demo` as a process: the address at once, an honest end, and nothing left behind."""

import asyncio
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from playground.stage import Stage

ROOT = Path(__file__).parents[2]
SET_UP = 180.0  # seconds, on a machine that does other things too
pytestmark = pytest.mark.timeout(420)


@asynccontextmanager
async def demo(*arguments: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", *arguments,
        cwd=ROOT, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 40)


async def line_with(process: asyncio.subprocess.Process, pattern: str) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(SET_UP):
        async for line in process.stdout:
            if re.search(pattern, line.decode()):
                return line.decode()
    raise AssertionError(f"ended without {pattern}")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, and the hosts' users may pass through: no part of pytest's own temporary tree is."""
    made = Path(tempfile.mkdtemp(prefix="demo-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def grown_up(process: asyncio.subprocess.Process) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


async def test_sigterm_in_the_middle_of_the_set_up_leaves_no_process_and_no_folder(folder: Path) -> None:
    async with demo(folder=folder) as process:
        address = await line_with(process, r"http://127\.0\.0\.1:\d+/#key=")
        async with asyncio.timeout(SET_UP):
            while len(grown_up(process)) < 4:
                await asyncio.sleep(0.05)
        children = grown_up(process)
        process.send_signal(signal.SIGTERM)
        said, _ = await asyncio.wait_for(process.communicate(), 40)
        assert "key=" in address
        assert process.returncode == 0
        assert b"nothing is left running" in said
        _, alive = psutil.wait_procs(children, timeout=5)
        assert not alive
        assert [path.name for path in folder.iterdir()] == []


async def test_killed_with_sigkill_it_takes_bot_and_hosts_along(folder: Path) -> None:
    async with demo(folder=folder) as process:
        await line_with(process, "ready: ")
        children = grown_up(process)
        assert any("run" in child.cmdline() and "--config" in child.cmdline() for child in children)
        process.kill()
        await process.wait()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert not alive


async def test_a_bot_that_cannot_start_is_said_and_costs_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    async with Stage([sys.executable, "-c", "print('no ledger here'); raise SystemExit(78)"], kind="shim") as stage:
        with pytest.raises(RuntimeError, match="ended with 78 before it was ready") as raised:
            await stage.set_up()
    assert "no ledger here" in str(raised.value)
    assert [event.failed != "" for event in stage.events] == [False, False, True]
