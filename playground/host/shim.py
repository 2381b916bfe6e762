"""The kind for machines without root or namespaces: a real sshd as the ordinary user, and shims for systemctl and sudo.

Honest about it: `kind` is "shim" and `why_shim` says why. There is no cgroup, no journal, no other user, no boot.
"""

import asyncio
import contextlib
import json
import os
import pwd
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from .effects import Effect
from .host import CommandFailed, Host
from .net import greets, until
from .setup import BootFailed, Kind, Setup
from .shim_faults import ShimFaults
from .shims.keeper import MARK

SSHD = Path("/usr/sbin/sshd")
_SHIMS = Path(__file__).with_name("shims")


def why_not_sshd() -> str:
    """Why this user cannot run the real sshd; empty when it can."""
    if not SSHD.exists():
        return "sshd is not installed (make system-packages, as root)"
    account = _account()
    if Path(account.pw_shell if account else "").name in {"", "nologin", "false"}:
        return "this user has no login shell"
    if os.geteuid() == 0 and not Path("/run/sshd").is_dir():
        return "sshd run by root needs the folder /run/sshd"
    return ""


class ShimHost(Host):
    """See Host. `ssh_server` is "sshd" or, where that cannot run, "asyncssh"."""

    kind: Kind = "shim"

    def __init__(self, folder: Path, setup: Setup, why: str) -> None:
        account = _account()
        user = account.pw_name if account else "nobody"
        setup = replace(setup, user=user, service_user=user, job_runner="detached", logs="file")
        super().__init__(folder, setup)
        no_sshd = why_not_sshd()
        self.why_shim = f"{why}; {no_sshd}" if no_sshd else why
        self.ssh_server = "asyncssh" if setup.ssh_server == "asyncssh" or no_sshd else "sshd"
        self.faults: ShimFaults = ShimFaults(self)
        self.state = folder / "state"
        self.log = folder / "log" / "ai-server.log"
        self._keeper: asyncio.subprocess.Process | None = None
        self._lay()

    def _lay(self) -> None:
        app = self.folder / "app" / "ai-server"
        for made in (app, self.state, self.log.parent, self.folder / "home"):
            made.mkdir(parents=True)
        self.log.touch()
        if self.setup.layout == "releases":
            (app / "shared" / "chroma_db").mkdir(parents=True)
            (app / "shared" / "chroma_db" / "chroma.sqlite3").write_text("vectors\n", encoding="ascii")
            self.faults.restore_env_file()
        (self.state / "unit.json").write_text(json.dumps(self._unit()), encoding="utf-8")
        (self.state / "sudo").write_text("right", encoding="ascii")
        (self.folder / "pip.conf").write_text(
            f"[global]\nno-index = true\nfind-links = {self.repository.wheels}\ndisable-pip-version-check = true\n",
            encoding="utf-8",
        )
        programs = self.folder / "bin"
        programs.mkdir()
        for name in ("systemctl", "sudo"):
            run = f'#!/bin/sh\nexec "{sys.executable}" -I "{_SHIMS / name}.py" "{self.state}" "$@"\n'
            (programs / name).write_text(run, encoding="utf-8")
            (programs / name).chmod(0o755)

    def _unit(self) -> dict[str, object]:
        told = {"PORT": str(self.app_port), "BOOT_SECONDS": str(self.setup.boot_seconds), "ORACLE": str(self.oracle)}
        return {
            "unit": self.setup.service, "user": self.setup.user, "directory": self.here, "log": str(self.log),
            "argv": [f"{self.here}/.venv/bin/python", "app.py"],
            "environment": {**told, "PYTHONDONTWRITEBYTECODE": "1"},
            "restart_seconds": self.setup.restart_seconds, "restart_burst": self.setup.restart_burst,
        }  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """What a command on this host sees: the shims first, pip without a network, no settings of the person."""
        return {
            "PATH": f"{self.folder}/bin:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": f"{self.folder}/home",
            "PIP_CONFIG_FILE": f"{self.folder}/pip.conf", "USER": self.setup.user,
            MARK: str(self.folder),
        }  # fmt: skip

    async def start(self) -> None:
        """Starts the SSH server and waits until it greets. Raises BootFailed with what it said."""
        with (self.folder / "console.log").open("wb") as console:
            self._keeper = await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(_SHIMS / "keeper.py"), str(self.folder), *self._server(),
                env=self._server_environment(),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=console, start_new_session=True,
            )  # fmt: skip
        try:
            await self.switch_ssh("on")
        except (TimeoutError, OSError) as error:
            await self.kill()
            said = (self.folder / "console.log").read_text(encoding="utf-8", errors="replace")
            raise BootFailed(f"the SSH server did not start: {error}; it said: {said.strip()[-1500:]}") from error

    def _server(self) -> list[str]:
        if self.ssh_server == "asyncssh":
            return [sys.executable, str(_SHIMS / "sshd.py"), str(self.folder), str(self.ssh.port)]
        variables = " ".join(f'"{name}={value}"' for name, value in self.environment.items())
        keys = self.folder / "keys"
        (self.folder / "sshd_config").write_text(
            f"""Port {self.ssh.port}
ListenAddress 127.0.0.1
HostKey {keys}/host_key
AuthorizedKeysFile {keys}/user_key.pub
SetEnv {variables}
ForceCommand cd {self.folder}/home && exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
PidFile none
""",
            encoding="utf-8",
        )
        return [str(SSHD), "-D", "-e", "-f", str(self.folder / "sshd_config")]

    def _server_environment(self) -> dict[str, str]:
        return {**self.environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

    async def switch_ssh(self, order: str) -> None:
        """ "on" returns when the server greets, "off" when listener and sessions are gone."""
        keeper = self._keeper
        if keeper is None or keeper.stdin is None or keeper.stdout is None:
            raise OSError("the host is gone")
        keeper.stdin.write(f"{order}\n".encode())
        if not await asyncio.wait_for(keeper.stdout.readline(), 10):
            raise OSError("the keeper ended")
        if order == "on":
            await until(lambda: greets(self.ssh.address, self.ssh.port), 10, "no SSH server greeted")

    @property
    def keeper_pid(self) -> int:
        """The process above all others of this host."""
        return self._keeper.pid if self._keeper else 0

    async def kill(self) -> None:
        """See Host."""
        keeper, self._keeper = self._keeper, None
        if keeper is None:
            return
        if keeper.stdin is not None:
            keeper.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            try:
                await asyncio.wait_for(keeper.wait(), 15)
            except TimeoutError:
                keeper.kill()
                await keeper.wait()

    async def reboot(self) -> None:
        """See Host."""
        raise self.faults.not_here("a reboot")

    @property
    def boot_id(self) -> str:
        """See Host: this machine's own."""
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()

    @property
    def app_folder(self) -> str:
        """See Host."""
        return str(self.folder / "app" / "ai-server")

    @property
    def python(self) -> str:
        """See Host."""
        return sys.executable

    def path(self, inside: str) -> Path:
        """See Host: the same path, since there is one file system."""
        return Path(inside)

    async def journal(self, lines: int = 50) -> list[str]:
        """See Host: the tail of the file that the unit appends to."""
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]

    async def orders(self) -> Iterable[Effect]:
        """See Host: what the shims wrote down."""
        return list(self._orders())

    def _orders(self) -> Iterator[Effect]:
        file = self.state / "orders.jsonl"
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            row = json.loads(line)
            facts = {"user": self.setup.user, "allowed": True} if row["by"] == "sudo" else {"unit": self.setup.service}
            yield Effect(row["at"], row["by"], row["what"], facts)

    async def finish_install(self) -> None:
        """See Host: the one user owns everything already."""

    async def exec(self, argv: list[str], *, user: str = "root", stdin: bytes = b"", check: bool = True) -> str:
        """See Host: always as the one user."""
        process = await asyncio.create_subprocess_exec(
            *argv, cwd=self.folder, env=self.environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(stdin), 60)
        output = out.decode("utf-8", errors="replace")
        if check and process.returncode:
            raise CommandFailed(argv, process.returncode, output)
        return output


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError:
        return None
