"""Two ways of a team to wait for a run, each a process of its own: ``gh run watch``, and a script with PyGithub."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from bench.hub import GitHub
from playground.github import Run

LONGEST = 180.0


class Watchers:
    """``gh`` is led to the imitation by a Unix socket, which its configuration knows: no certificates needed."""

    def __init__(self, github: GitHub, folder: Path) -> None:
        self._github = github
        self._folder = folder
        self._socket = folder / "api.sock"

    async def begin(self) -> None:
        self._folder.mkdir(parents=True)
        (self._folder / "config.yml").write_text(f"http_unix_socket: {self._socket}\n", encoding="utf-8")
        await self._github.local.at_socket(self._socket)

    async def gh(self, run: Run) -> tuple[float, int]:
        """(seconds from the run's end until it exits, billed requests)."""
        token = self._github.local.classic_token(login := f"gh-{run.id}")
        of = {"GH_TOKEN": token, "GH_ENTERPRISE_TOKEN": token, "GH_CONFIG_DIR": str(self._folder)}
        command = ["gh", "run", "watch", str(run.id), "--exit-status", "-R", run.repo.full_name]
        return await self._took(command, {**of, "GH_NO_UPDATE_NOTIFIER": "1"}, run, login)

    async def script(self, run: Run) -> tuple[float, int]:
        """The same of the script, until it says the conclusion."""
        token = self._github.local.classic_token(login := f"script-{run.id}")
        of = {"GITHUB_API": self._github.local.api, "GITHUB_TOKEN": token}
        command = [sys.executable, str(Path(__file__).with_name("poll.py")), run.repo.full_name, str(run.id)]
        return await self._took(command, of, run, login)

    async def _took(self, command: list[str], of: dict[str, str], run: Run, login: str) -> tuple[float, int]:
        since = len(self._github.local.requests)
        process = await asyncio.create_subprocess_exec(
            *command,
            env={"PATH": os.environ["PATH"], "HOME": str(self._folder), **of},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(LONGEST):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        at = time.monotonic()
        if process.returncode != 0 or run.id not in self._github.ended:
            raise RuntimeError(f"{command[0]} ended by itself: {said.decode(errors='replace')[-400:]}")
        return at - self._github.ended[run.id], self._github.billed(login, run.repo, since).total()
