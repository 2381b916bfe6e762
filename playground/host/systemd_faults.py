"""The faults of the systemd kind, all of them real: another key in sshd, a full file system, other sudo rules."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .faults import Faults
from .net import answers_ok, greets, until
from .seed import sshd_config
from .setup import Sudo
from .squatter import PROGRAM
from .units import sudoers

if TYPE_CHECKING:
    from .systemd import SystemdHost

SSHD = "sshd-playground.service"


class SystemdFaults(Faults):
    """See Faults; and what only a host of its own can suffer."""

    host: SystemdHost

    async def unreachable(self) -> None:
        """See Faults."""
        await self.host.exec(["systemctl", "stop", SSHD])
        for pid in self.ssh_processes():
            os.kill(pid, signal.SIGKILL)

    async def reachable(self) -> None:
        """See Faults."""
        await self.host.exec(["systemctl", "start", SSHD])
        await until(lambda: greets(self.host.ssh.address, self.host.ssh.port), 10, "no sshd greeted")

    def ssh_processes(self) -> Iterable[int]:
        """See Faults. Read from the unit's cgroup, where the sessions and what they started are too."""
        members = self.host.cgroup / "system.slice" / SSHD / "cgroup.procs"
        pids = [int(pid) for pid in members.read_text().split()] if members.exists() else []
        return [pid for pid in pids if _name(pid) == "sshd"]

    async def change_host_key(self) -> str:
        """See Faults."""
        line = self.host.new_host_key()
        key = self.host.path("/etc/playground/host_key")
        key.write_bytes((self.host.folder / "keys" / "host_key").read_bytes())
        await self.host.exec(["systemctl", "restart", SSHD])
        return line

    async def forwarding(self, allowed: bool) -> None:
        """Whether sshd forwards ports; sessions that stand keep what they have."""
        config = sshd_config(self.host.ssh.port, forwarding=allowed)
        self.host.path("/etc/playground/sshd_config").write_text(config, encoding="ascii")
        await self.host.exec(["systemctl", "restart", SSHD])

    async def squat(self, port: int) -> None:
        """See Faults. It runs in a unit of its own, squatter.service."""
        command = ["systemd-run", "-q", "--unit=squatter", "/usr/bin/python3", "-c", PROGRAM, str(port)]
        await self.host.exec(command)
        await until(lambda: answers_ok(port), 10, f"the squatter does not answer on {port}")

    async def stop_squatting(self) -> None:
        """See Faults."""
        await self.host.exec(["systemctl", "stop", "squatter.service"])

    async def full_disk(self) -> None:
        """See Faults. A file /app/.full takes what is left."""
        free = os.statvfs(self.host.path("/app"))
        with self.host.path("/app/.full").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize))

    async def no_inodes(self) -> None:
        """See Faults."""
        now = os.statvfs(self.host.path("/app"))
        await self._remount(now.f_files - now.f_ffree)

    async def free_disk(self) -> None:
        """See Faults."""
        self.host.path("/app/.full").unlink(missing_ok=True)
        await self._remount(self.host.setup.app_inodes)

    async def _remount(self, inodes: int) -> None:
        await self.host.exec(["mount", "-o", f"remount,nr_inodes={inodes}", "/app"])

    async def sudo(self, how: Sudo) -> None:
        """See Faults."""
        file = self.host.path("/etc/sudoers.d/deploy")
        file.write_text(sudoers(self.host.setup, how), encoding="utf-8")

    async def unit_of_another_layout(self) -> None:
        """The unit works where the other layout would have it: what a host looks like before its unit was changed."""
        unit = self.host.path(f"/etc/systemd/system/{self.host.setup.service}")
        text, folder = unit.read_text(encoding="utf-8"), self.host.app_folder
        old, new = f"={self.host.here}", f"={folder}" if self.host.here != folder else f"={folder}/current"
        unit.write_text(text.replace(old, new), encoding="utf-8")
        await self.host.exec(["systemctl", "daemon-reload"])

    def impersonate(self, program: str, script: str) -> None:
        """A host that lies or prints noise: a script in a program's place, which stays beside it as PROGRAM.real."""
        path = self.host.path(program)
        real = path.with_name(f"{path.name}.real")
        if not real.exists():
            path.rename(real)
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    def restore(self, program: str) -> None:
        """Ends `impersonate`."""
        path = self.host.path(program)
        path.with_name(f"{path.name}.real").rename(path)

    async def kill_user_processes(self) -> None:
        """logind is told to end what a user leaves running at logout, and says so when it is asked."""
        drop_in = self.host.path("/etc/systemd/logind.conf.d/playground.conf")
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text("[Login]\nKillUserProcesses=yes\n", encoding="ascii")
        await self.host.exec(["systemctl", "try-restart", "systemd-logind"])


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
