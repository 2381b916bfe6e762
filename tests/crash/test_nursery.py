"""However a run of the tests ends, none of its bots goes on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from playground.host import until
from tests.crash.child import ROOT

TENDED = """
import signal, sys
from pathlib import Path
from tests.crash.nursery import tend

tend(Path(sys.argv[1]), lambda config, environment: signal.pause() or 0)
"""
ASKED = b'{"config": "", "environment": {}, "log": "/dev/null"}\n'


@contextmanager
def tended(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A nursery whose bots do nothing and never end by themselves."""
    with subprocess.Popen([sys.executable, "-c", TENDED, str(path)], cwd=ROOT, stdin=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


async def asks(path: Path, said: bytes) -> tuple[socket.socket, bytes]:
    """The connection, and the line that comes back on it."""

    async def there() -> bool:
        return path.exists()

    await until(there, 60.0, "no nursery")
    door = socket.socket(socket.AF_UNIX)
    door.connect(str(path))
    door.sendall(said)
    door.shutdown(socket.SHUT_WR)
    return door, door.makefile("rb").readline()


def killed(nursery: subprocess.Popen[bytes]) -> None:
    nursery.send_signal(signal.SIGKILL)


def left_alone(nursery: subprocess.Popen[bytes]) -> None:
    """What the kernel does to the pipe when pytest is killed."""
    assert nursery.stdin is not None
    nursery.stdin.close()


@pytest.mark.parametrize("ends", [killed, left_alone])
async def test_bots_end_with_their_nursery_however_that_ends(
    ends: Callable[[subprocess.Popen[bytes]], None], tmp_path: Path
) -> None:
    with tended(tmp_path / "door") as nursery:
        door, _ = await asks(tmp_path / "door", ASKED)
        (bot,) = psutil.Process(nursery.pid).children()
        ends(nursery)

        async def gone() -> bool:
            with suppress(psutil.NoSuchProcess):
                return bot.status() == psutil.STATUS_ZOMBIE
            return True

        try:
            await until(gone, 20.0, "the bot goes on")
        finally:
            with suppress(ProcessLookupError):
                os.kill(bot.pid, signal.SIGKILL)
        door.close()


@pytest.mark.parametrize("said", [b"", ASKED[:20]])
async def test_whoever_is_ended_while_asking_for_a_bot_takes_nobody_elses_along(said: bytes, tmp_path: Path) -> None:
    with tended(tmp_path / "door"):
        cut, answer = await asks(tmp_path / "door", said)
        whole, told = await asks(tmp_path / "door", ASKED)
        with closing(cut), closing(whole):
            assert (answer, told[:7]) == (b"", b'{"pid":')
