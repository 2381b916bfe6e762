"""The real kind: this machine's systemd as PID 1 of its own namespaces (boot.sh), real sshd, sudo, journal."""

import asyncio
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from . import seed
from .effects import Effect, from_journal
from .host import CommandFailed, Host
from .net import greets, until
from .setup import BootFailed, Kind, Setup
from .systemd_faults import SystemdFaults

BOOT = Path(__file__).with_name("boot.sh")
_PROGRAMS = ("unshare", "setpriv", "nsenter", "mount", "sudo", "dbus-daemon", "git", "sshd")
_CLEAN = ["env", "-i", "-C", "/", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]

# The service's own user reads .env and writes its data. $1 folder, $2 deploy user, $3 service user
_SHARE = """
cd "$1"
chown "$2:$3" "$(readlink -f .env)"
chmod 640 "$(readlink -f .env)"
chown -R "$3" "$(readlink -f chroma_db)"
"""


def why_not_systemd() -> str:
    """Why this machine cannot boot the systemd kind; empty when it can."""
    if os.geteuid() != 0:
        return "systemd as PID 1 needs root"
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in _PROGRAMS if not shutil.which(name, path=path)]
    if missing or not Path("/lib/systemd/systemd").exists():
        return f"{', '.join(missing) or 'systemd'} not installed: make system-packages (as root)"
    if not _cgroups().is_dir() or not os.access(_cgroups(), os.W_OK) or not (_cgroups() / "cgroup.procs").exists():
        return "this machine gives no writable cgroup2 tree"
    return ""


async def namespaces_refused() -> str:
    """Tries the namespaces themselves; the kernel's words where it refuses them."""
    probe = [
        "unshare",
        "--fork",
        "--pid",
        "--mount",
        "--uts",
        "--ipc",
        "--cgroup",
        "mount",
        "-t",
        "tmpfs",
        "tmpfs",
        "/mnt",
    ]
    process = await asyncio.create_subprocess_exec(
        *probe, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, error = await asyncio.wait_for(process.communicate(), 10)
    return error.decode(errors="replace").strip() if process.returncode else ""


class SystemdHost(Host):
    """See Host. PID 1 of the host is `pid` on this machine; its cgroup is `cgroup`."""

    kind: Kind = "systemd"

    def __init__(self, folder: Path, setup: Setup) -> None:
        super().__init__(folder, setup)
        self.name = f"slipway-{secrets.token_hex(4)}"
        self.cgroup = _cgroups() / self.name
        self.pid = 0
        seed.lay(folder / "seed", setup, folder=folder, name=setup.unit, ssh_port=self.ssh.port, app_port=self.app_port)
        for path in (self.repository.path, self.repository.wheels):
            os.chown(path, seed.UID["deploy"], seed.UID["deploy"])
        self.faults: SystemdFaults = SystemdFaults(self)
        self._keeper: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Boots and waits until sshd greets. Raises BootFailed with the console's last lines; nothing is left then."""
        await self._check_sudoers()
        arguments = [
            str(self.folder),
            self.name,
            str(self.cgroup),
            str(self.setup.app_bytes),
            str(self.setup.app_inodes),
        ]
        with (self.folder / "console.log").open("wb") as console:
            self._keeper = await asyncio.create_subprocess_exec(
                "unshare", "--mount", "sh", str(BOOT), *arguments,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=console, start_new_session=True,
            )  # fmt: skip
        try:
            await self._power_on()
        except (TimeoutError, OSError) as error:
            await self.kill()
            said = (self.folder / "console.log").read_text(encoding="utf-8", errors="replace").strip()
            raise BootFailed(f"the host did not boot: {error}; console: {said[-1500:] or 'silent'}") from error

    async def _check_sudoers(self) -> None:
        """One syntax error would take every right away, with no word of why."""
        file = self.folder / "seed" / "root" / "etc" / "sudoers.d" / "deploy"
        visudo = await asyncio.create_subprocess_exec(
            "/usr/sbin/visudo", "-c", "-f", str(file), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await asyncio.wait_for(visudo.communicate(), 10)
        if visudo.returncode:
            raise BootFailed(f"the sudoers file is wrong: {said.decode(errors='replace').strip()}")

    async def _power_on(self) -> None:
        await self._order("on")
        await until(self._booted, 15, "no sshd greeted")

    async def _booted(self) -> bool:
        if self._keeper is None or self._keeper.returncode is not None:
            raise OSError("the boot script ended")
        if not (self.folder / "pid").exists():
            return False
        self.pid = int((self.folder / "pid").read_text(encoding="ascii"))
        return await greets(self.ssh.address, self.ssh.port)

    async def _order(self, word: str) -> None:
        if self._keeper is None or self._keeper.stdin is None:
            raise OSError("the host is not powered")
        self._keeper.stdin.write(f"{word}\n".encode())
        await self._keeper.stdin.drain()

    async def reboot(self) -> None:
        """See Host."""
        await self.power_off()
        (self._disk() / "root/etc/boot_id").write_text(seed.new_boot_id(), encoding="ascii")
        await self._power_on()

    async def power_off(self) -> None:
        """Power loss: returns when the last process is gone. `power_on` boots again."""
        keeper = self._keeper
        if keeper is None or keeper.stdout is None:
            raise OSError("the host is not powered")
        await self._order("off")
        await asyncio.wait_for(keeper.stdout.readline(), 10)
        self.pid = 0

    async def power_on(self) -> None:
        """Boots the same disk under the same boot id; `reboot` gives it a new one."""
        await self._power_on()

    @property
    def boot_id(self) -> str:
        """See Host. The file behind /proc/sys/kernel/random/boot_id, which a namespace cannot change otherwise."""
        return (self._disk() / "root/etc/boot_id").read_text(encoding="ascii").strip()

    async def kill(self) -> None:
        """See Host. Safe to call again."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if keeper.stdin is not None:
            keeper.stdin.close()
        try:
            await asyncio.wait_for(keeper.wait(), 10)
        except TimeoutError:
            keeper.kill()
            await keeper.wait()

    @property
    def app_folder(self) -> str:
        """See Host."""
        return "/app/ai-server"

    async def journal(self, lines: int = 50) -> list[str]:
        """See Host: as `journalctl -u` prints them, with ISO times."""
        unit = ["-u", self.setup.service, "-n", str(lines), "-o", "short-iso", "--no-pager", "-q"]
        return (await self.exec(["journalctl", *unit])).splitlines()

    async def orders(self) -> Iterable[Effect]:
        """See Host."""
        matches = [f"UNIT={self.setup.service}", "+", "_COMM=sudo"]
        told = await self.exec(["journalctl", "-o", "json", "--no-pager", "-q", *matches])
        return from_journal(told.splitlines())

    async def finish_install(self) -> None:
        """See Host: rights of the service's user; enabled, so that it starts at the next boot."""
        if self.setup.service_user != self.setup.user:
            await self.exec(["sh", "-eu", "-c", _SHARE, "share", self.here, self.setup.user, self.setup.service_user])
        await self.exec(["systemctl", "--no-reload", "enable", "-q", self.setup.service])

    def path(self, inside: str) -> Path:
        """See Host."""
        return Path(f"/proc/{self.pid}/root") / inside.lstrip("/")

    def _disk(self) -> Path:
        if self._keeper is None:
            raise OSError("the host is gone")
        return Path(f"/proc/{self._keeper.pid}/root") / str(self.folder / "disk").lstrip("/")

    async def exec(self, argv: list[str], *, user: str = "root", stdin: bytes = b"", check: bool = True) -> str:
        """See Host."""
        enter = ["nsenter", "--target", str(self.pid), "--mount", "--uts", "--ipc", "--pid", "--cgroup"]
        become = [] if user == "root" else ["runuser", "-u", user, "--"]
        process = await asyncio.create_subprocess_exec(
            *enter, *_CLEAN, *become, *argv,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(stdin), 60)
        output = out.decode("utf-8", errors="replace")
        if check and process.returncode:
            raise CommandFailed(argv, process.returncode, output)
        return output


def _cgroups() -> Path:
    """The cgroup2 tree: beside the version 1 ones where a machine has both."""
    unified = Path("/sys/fs/cgroup/unified")
    return unified if unified.is_dir() else Path("/sys/fs/cgroup")
