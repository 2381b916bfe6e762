"""The side of the tests: one nursery for all, and a bot in it, used like ``playground.stage.bot.BotProcess``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Nursery:
    """A context. ``path``: the socket that each bot is asked for at."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "nursery"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Nursery:
        command = [sys.executable, "-W", "ignore", "-m", "tests.crash.bot", "nursery", str(self.path)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
        deadline = time.monotonic() + 90  # it imports all of the product, on a machine that may be busy
        while not self.path.exists():
            assert self._process.poll() is None, "the nursery ended before it began"
            assert time.monotonic() < deadline, "the nursery takes too long"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


class Child:
    """One bot after another, of one configuration. ``changed`` is told of every end; ``ends``: their exit codes."""

    def __init__(self, nursery: Nursery, log: Path, changed: Callable[[], None]) -> None:
        self._nursery = nursery
        self._log = log
        self._changed = changed
        self._config = Path()
        self._environment: dict[str, str] = {}
        self._waits: asyncio.Task[None] | None = None
        self.pid = 0
        self.ends: list[int] = []
        self.ended_at = 0.0

    def configure(self, config: Path, environment: Mapping[str, str]) -> None:
        """For the next start."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        self._config = config
        self._environment = {**kept, "LANG": "C.UTF-8", "HOME": str(config.parent), **environment}

    def add(self, **environment: str) -> None:
        """For the next start; an empty value takes it away."""
        self._environment = {name: value for name, value in {**self._environment, **environment}.items() if value}

    async def start(self) -> None:
        assert not self.pid, "it runs already"
        reader, writer = await asyncio.open_unix_connection(self._nursery.path)
        asked = {"config": str(self._config), "environment": self._environment, "log": str(self._log)}
        writer.write(json.dumps(asked).encode() + b"\n")
        self.pid = json.loads(await reader.readline())["pid"]
        self._waits = asyncio.create_task(self._end(reader, writer), name="bot's end")

    async def _end(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await reader.readline()
        self.pid, self.ended_at = 0, time.time()
        self.ends.append(json.loads(said)["status"] if said else -signal.SIGKILL)
        writer.close()
        self._changed()

    async def ended(self, deadline: float) -> int:
        """The exit code, negative for a signal. TimeoutError after ``deadline`` seconds."""
        if self._waits is not None:
            await asyncio.wait_for(asyncio.shield(self._waits), deadline)
        return self.ends[-1]

    def signal(self, number: int) -> None:
        """Nothing to whoever has just ended by itself: the nursery tells of it a moment later."""
        with contextlib.suppress(ProcessLookupError):
            if self.pid:
                os.kill(self.pid, number)

    async def kill(self) -> None:
        self.signal(signal.SIGKILL)
        await self.ended(10)

    async def stop(self, deadline: float = 12.0) -> None:
        """SIGTERM, as a service manager does; SIGKILL after ``deadline`` seconds."""
        self.signal(signal.SIGTERM)
        try:
            await self.ended(deadline)
        except TimeoutError:
            await self.kill()

    @property
    def lines(self) -> list[str]:
        return self._log.read_text("utf-8", "replace").splitlines()[-400:] if self._log.exists() else []
