"""A host to deploy to: what the systemd kind and the shim kind have in common."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from .effects import Effect, from_application, from_attempts
from .faults import Faults
from .keys import make_keys, new_key
from .net import free_ports, get, until
from .repository import Repository
from .setup import Kind, Setup, Ssh

UNIT_PROPERTIES = (
    "LoadState,ActiveState,SubState,Result,MainPID,InvocationID,NRestarts,ExecMainStartTimestamp,ExecMainCode,"
    "ExecMainStatus,WorkingDirectory"
)
INSTALL = Path(__file__).with_name("install.sh")


class CommandFailed(Exception):
    """A program on the host ended with another status than 0. Facts: argv, status, output."""

    def __init__(self, argv: list[str], status: int, output: str) -> None:
        super().__init__(f"{' '.join(argv)[:200]} ended with {status}: {output.strip()[-2000:]}")
        self.argv, self.status, self.output = argv, status, output


class Host(ABC):
    """One host. Boot it with `Host.boot`, use it as an asynchronous context manager, or end it with `kill`."""

    kind: Kind
    why_shim: str = ""
    faults: Faults

    def __init__(self, folder: Path, setup: Setup) -> None:
        self.folder = folder
        self.setup = setup
        self.repository = Repository.create(folder / "ai-server.git", folder / "wheels")
        self.oracle = folder / "oracle.jsonl"
        self.oracle.touch()
        self.oracle.chmod(0o666)
        self.traces = folder / "traces"
        self.traces.mkdir()
        self.traces.chmod(0o777)
        ports = free_ports(2)
        self.app_port = setup.app_port or ports[0]
        self.ssh = Ssh(setup.ssh_port or ports[1], setup.user, make_keys(folder / "keys"), folder / "keys" / "user_key")

    @staticmethod
    async def boot(folder: Path, setup: Setup | None = None) -> Host:
        """Boots a host whose files live in `folder` (made if it is missing, must be empty) and waits until SSH answers.

        Takes systemd where the machine allows it, else the shim: then `.why_shim` says why. Raises BootFailed.
        """
        from .choose import choose  # it knows both kinds, and each of them knows this class

        return await choose(folder, setup or Setup())

    @property
    def app_url(self) -> str:
        """Where the application answers, once one is installed."""
        return f"http://127.0.0.1:{self.app_port}"

    @property
    @abstractmethod
    def app_folder(self) -> str:
        """The application's folder, as a process on the host names it."""

    @property
    def here(self) -> str:
        """The folder the unit works in: current in the releases layout, else the application's folder."""
        return f"{self.app_folder}/current" if self.setup.layout == "releases" else self.app_folder

    @property
    def python(self) -> str:
        """The Python of the host, from which its venvs are made."""
        return "/usr/bin/python3"

    @abstractmethod
    def path(self, inside: str) -> Path:
        """How this process reaches a file of the host. An absolute symlink on the way would lead out of the host."""

    @abstractmethod
    async def exec(self, argv: list[str], *, user: str = "root", stdin: bytes = b"", check: bool = True) -> str:
        """Runs a program on the host, not through SSH; what it printed on both outputs. Raises CommandFailed."""

    @abstractmethod
    async def journal(self, lines: int = 50) -> list[str]:
        """The unit's last log lines, oldest first."""

    @abstractmethod
    async def orders(self) -> Iterable[Effect]:
        """What systemd and sudo tell: every start, stop and command."""

    @abstractmethod
    async def kill(self) -> None:
        """Ends the host and everything on it, at once, and removes what it left on the machine. Safe to call again."""

    @abstractmethod
    async def reboot(self) -> None:
        """Power loss and a new boot: the disk stays, processes go, the boot id is another."""

    @property
    @abstractmethod
    def boot_id(self) -> str:
        """What the host shows as its boot id."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    async def unit_state(self) -> dict[str, str]:
        """The unit's properties as `systemctl show` names them: UNIT_PROPERTIES."""
        shown = await self.exec(["systemctl", "show", "-p", UNIT_PROPERTIES, self.setup.service])
        return dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)

    async def effects(self) -> list[Effect]:
        """Everything that really happened on this host so far, in the order of time."""
        attempts = from_attempts(self.path(f"{self.app_folder}/attempts"))
        return sorted([*from_application(self.oracle), *await self.orders(), *attempts], key=lambda effect: effect.at)

    async def install(self, sha: str = "", *, healthy: bool = True) -> str:
        """Puts a version in place as the team did by hand before Slipway, starts the unit, waits until it is healthy.

        Without a SHA: the tip of the repository's branch, which gets a first release where it has none.
        """
        sha = sha or (self.repository.head() if self.repository.commits else self.repository.release("good"))
        arguments = [self.app_folder, sha, str(self.repository.path), self.python, self.setup.env_file()]
        script = INSTALL.read_text(encoding="utf-8")
        by_hand = ["sh", "-eu", "-c", script, "install", self.setup.layout, *arguments]
        await self.exec(by_hand, user=self.setup.user)
        await self.finish_install()
        await self.exec(["systemctl", "reset-failed", self.setup.service], check=False)
        await self.exec(["systemctl", "restart", self.setup.service])
        if healthy:
            await self.until_healthy(sha)
        return sha

    @abstractmethod
    async def finish_install(self) -> None:
        """What is left to do once the files are there, before the unit starts."""

    async def health(self) -> tuple[int, str]:
        """(status, body) of one GET /health; (0, reason) when nobody answers."""
        return await get(f"{self.app_url}/health")

    async def version(self) -> str:
        """The SHA that the running application names at /version; empty when it does not."""
        status, body = await get(f"{self.app_url}/version")
        return str(json.loads(body)["version"]) if status == 200 else ""

    async def until_healthy(self, sha: str = "", *, deadline: float = 20.0) -> None:
        """Waits until /health answers 200, and by the version `sha` where the release names it."""

        async def healthy() -> bool:
            return (await self.health())[0] == 200 and (not sha or await self.version() in {sha, ""})

        await until(healthy, deadline, f"{self.app_url} is not healthy")

    def new_host_key(self) -> str:
        """Makes another host key, for `faults.change_host_key`; its public line. `ssh` keeps the first one."""
        return new_key(self.folder / "keys" / "host_key")

    def traces_of_hostile_code(self) -> list[str]:
        """Names of the tricks of a hostile release that worked: must be empty."""
        return sorted(path.name for path in self.traces.iterdir())
