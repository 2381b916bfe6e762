"""The faults that an ordinary user can make: of the SSH server, the folder, the port, and the shim of sudo."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import Faults, NotHere
from .net import answers_ok, until
from .setup import Sudo
from .shims.keeper import descendants
from .squatter import PROGRAM

if TYPE_CHECKING:
    from .shim import ShimHost


class ShimFaults(Faults):
    """See Faults."""

    host: ShimHost
    _squatter: asyncio.subprocess.Process | None = None

    def not_here(self, what: str) -> NotHere:
        """The error for what only the systemd kind can do."""
        return NotHere(f"{what} needs the systemd kind; this host is a shim: {self.host.why_shim}")

    async def unreachable(self) -> None:
        """See Faults."""
        await self.host.switch_ssh("off")

    async def reachable(self) -> None:
        """See Faults."""
        await self.host.switch_ssh("on")

    def ssh_processes(self) -> Iterable[int]:
        """See Faults."""
        below = descendants(self.host.keeper_pid)
        word = "sshd" if self.host.ssh_server == "sshd" else "sshd.py"
        return [pid for pid in below if word in _command(pid)]

    def drop(self) -> None:
        """See Faults."""
        if self.host.ssh_server != "sshd":
            raise self.not_here("breaking the sessions alone")
        super().drop()

    async def change_host_key(self) -> str:
        """See Faults."""
        line = self.host.new_host_key()
        await self.host.switch_ssh("off")
        await self.host.switch_ssh("on")
        return line

    async def squat(self, port: int) -> None:
        """See Faults."""
        self._squatter = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, str(port), env=self.host.environment
        )
        await until(lambda: answers_ok(port), 10, f"the squatter does not answer on {port}")

    async def stop_squatting(self) -> None:
        """See Faults."""
        if self._squatter is not None:
            self._squatter.kill()
            await self._squatter.wait()
            self._squatter = None

    async def full_disk(self) -> None:
        """See Faults."""
        raise self.not_here("a full disk")

    async def no_inodes(self) -> None:
        """See Faults."""
        raise self.not_here("a file system without inodes")

    async def free_disk(self) -> None:
        """See Faults: nothing was full."""

    async def sudo(self, how: Sudo) -> None:
        """See Faults: the shim of sudo follows."""
        (self.host.state / "sudo").write_text(how, encoding="ascii")


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
