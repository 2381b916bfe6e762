"""What goes wrong on hosts, each by one verb, and the verb that puts it right again."""

from __future__ import annotations

import contextlib
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .setup import Sudo

if TYPE_CHECKING:
    from .host import Host


class NotHere(Exception):
    """This kind of host cannot be broken in this way: it needs the systemd kind."""


class Faults(ABC):
    """Both kinds of host have the faults of the connection, of the application's folder and of the port."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @abstractmethod
    async def unreachable(self) -> None:
        """The connections break and new ones are refused."""

    @abstractmethod
    async def reachable(self) -> None:
        """Ends `unreachable`; returns when sshd greets."""

    @abstractmethod
    def ssh_processes(self) -> Iterable[int]:
        """The pids of sshd, listener and sessions, as this process sees them."""

    @abstractmethod
    async def change_host_key(self) -> str:
        """Another host key from now on, as after a reinstallation or under attack; its public line."""

    @abstractmethod
    async def squat(self, port: int) -> None:
        """Another application answers 200 to everything on this port; returns when it does. The port must be free."""

    @abstractmethod
    async def stop_squatting(self) -> None:
        """Ends `squat`."""

    def freeze(self) -> None:
        """Half-open: the connections stay, new ones are accepted, and nobody ever answers."""
        stopped: set[int] = set()
        while alive := set(self.ssh_processes()) - stopped:  # a login may just be forking
            self._signal(signal.SIGSTOP)
            stopped |= alive

    def thaw(self) -> None:
        """Ends `freeze`."""
        self._signal(signal.SIGCONT)

    def drop(self) -> None:
        """Breaks the connections that stand now. What they had started goes on."""
        listener = min(self.ssh_processes(), key=_begun, default=0)
        for pid in self.ssh_processes():
            if pid != listener:
                os.kill(pid, signal.SIGKILL)

    def remove_env_file(self) -> None:
        """Somebody tidied up: .env is gone."""
        self._env_file().unlink()

    def restore_env_file(self) -> None:
        """Ends `remove_env_file`."""
        file = self._env_file()
        file.touch(mode=0o600)
        file.write_text(self.host.setup.env_file(), encoding="utf-8")
        self._belongs_to_application(file)

    def dirty_tree(self) -> str:
        """A hotfix by hand in the running tree: one tracked file has another line; its name."""
        with (self._tree() / "app.py").open("a", encoding="utf-8") as file:
            file.write("\n# hotfix, minsu, 03:12\n")
        return "app.py"

    def untracked_data(self) -> str:
        """Data that the application or a person put into the tree and that no commit knows; its name."""
        uploads = self._tree() / "uploads"
        uploads.mkdir()
        (uploads / "2026-11.jsonl").write_text('{"user": 1}\n', encoding="utf-8")
        for path in (uploads, uploads / "2026-11.jsonl"):
            self._belongs_to_application(path)
        return "uploads"

    @abstractmethod
    async def full_disk(self) -> None:
        """Not one byte is left in the file system of the application's folder."""

    @abstractmethod
    async def no_inodes(self) -> None:
        """Bytes are left there, but no file can be made."""

    @abstractmethod
    async def free_disk(self) -> None:
        """Ends `full_disk` and `no_inodes`."""

    @abstractmethod
    async def sudo(self, how: Sudo) -> None:
        """Other rules for the deploy user: "right", "nothing", "too_much"."""

    def _env_file(self) -> Path:
        folder = self.host.app_folder if self.host.setup.layout == "in_place" else f"{self.host.app_folder}/shared"
        return self.host.path(f"{folder}/.env")

    def _tree(self) -> Path:
        """The running tree. Not by way of `current`, whose target is a path of the host."""
        here = self.host.path(self.host.here)
        return self.host.path(str(Path(self.host.app_folder) / here.readlink())) if here.is_symlink() else here

    def _belongs_to_application(self, path: Path) -> None:
        owner = self.host.path(self.host.app_folder).stat()
        os.chown(path, owner.st_uid, owner.st_gid)

    def _signal(self, number: int) -> None:
        for pid in self.ssh_processes():
            with contextlib.suppress(ProcessLookupError):  # a session that has just ended
                os.kill(pid, number)


def _begun(pid: int) -> float:
    """Ticks since boot, field 22 of proc(5)'s stat: numbers begin anew, so the oldest need not be least."""
    try:
        return float(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return float("inf")
