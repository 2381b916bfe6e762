"""The bot as a process of its own: started, killed with -9, started again, and what it printed."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "TZ")
LINES = 400


class BotProcess:
    """`command` is how the bot is called, without `run`. `changed` is told of every start and end."""

    def __init__(self, command: list[str], changed: Callable[[], None]) -> None:
        self._command = command
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._config = Path()
        self._environment: dict[str, str] = {}
        self.lines: deque[str] = deque(maxlen=LINES)
        self.starts = 0

    def configure(self, config: Path, environment: Mapping[str, str]) -> None:
        """For the next start. Of this process's own environment only what programs need is handed on: no token is."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._config = config
        self._environment = {**kept, "HOME": str(config.parent), "PYTHONUNBUFFERED": "1", **environment}

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        return self._process.pid if self._process and self._process.returncode is None else 0

    @property
    def exit_code(self) -> int | None:
        """Of the last process; None while it runs or before the first start."""
        return self._process.returncode if self._process else None

    async def start(self) -> None:
        """Returns at once; `LocalDiscord.bot_ready` says when it is connected. Does nothing while it runs."""
        if self.pid:
            return
        await self._read_to_the_end()
        leash = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        self._process = await asyncio.create_subprocess_exec(
            *leash, *self._command, "run", "--config", str(self._config),
            cwd=ROOT, env=self._environment, start_new_session=True,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self.starts += 1
        self._reader = asyncio.create_task(self._read(self._process), name="bot output")
        self._changed()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is not None:
            async for line in process.stdout:
                self.lines.append(line.decode("utf-8", "replace").rstrip())
        await process.wait()
        self._changed()

    async def kill(self) -> None:
        """SIGKILL, at once. Does nothing while it does not run."""
        self._signal(signal.SIGKILL)
        await self._read_to_the_end()

    async def stop(self, deadline: float = 12.0) -> None:
        """SIGTERM, as a service manager does; SIGKILL after `deadline` seconds."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self._ended()), deadline)
        except TimeoutError:
            self._signal(signal.SIGKILL)
        await self._read_to_the_end()

    async def _ended(self) -> None:
        if self._reader is not None:
            await self._reader

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _read_to_the_end(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader
