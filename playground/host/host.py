"""A host to deploy to: what the systemd kind and the shim kind have in common."""

import asyncio
import os
import random
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
import asyncssh

from .effects import Effect, from_application, from_attempts, from_journal
from .repository import Repository
from .setup import BootFailed, Kind, Layout, Setup, Ssh

UNIT_PROPERTIES = (
    "ActiveState,SubState,Result,MainPID,InvocationID,NRestarts,ExecMainStartTimestamp,ExecMainCode,ExecMainStatus"
)


class Host(ABC):
    """One host. Boot it with `Host.boot`, use it as an asynchronous context manager, or end it with `kill`."""

    kind: Kind
    why_shim: str = ""

    def __init__(self, folder: Path, setup: Setup) -> None:
        self.folder = folder
        self.setup = setup
        self.repository = Repository.create(folder / "ai-server.git", folder / "wheels")
        self.oracle = folder / "oracle.jsonl"
        self.oracle.touch()
        self.oracle.chmod(0o666)
        (folder / "traces").mkdir(mode=0o777)
        (folder / "traces").chmod(0o777)
        ports = free_ports(2)
        self.app_port = setup.app_port or ports[0]
        self.ssh = Ssh(
            setup.ssh_port or ports[1], setup.user, _make_keys(folder / "keys"), folder / "keys" / "user_key"
        )

    @staticmethod
    async def boot(folder: Path, setup: Setup | None = None) -> "Host":
        """Boots a host whose files live in `folder` (made if it is missing, must be empty) and waits until SSH answers.

        Takes systemd where the machine allows it, else the shim: then `.why_shim` says why. Raises BootFailed.
        """
        from .choose import choose

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

    @abstractmethod
    def path(self, inside: str) -> Path:
        """The path by which this process reaches a file of the host. Absolute symlinks inside must be read with readlink."""

    @abstractmethod
    async def exec(self, argv: list[str], *, user: str = "root", stdin: bytes = b"", check: bool = True) -> str:
        """Runs a program on the host, not through SSH; what it printed on both outputs. Raises CommandFailed."""

    @abstractmethod
    async def kill(self) -> None:
        """Ends the host and everything on it, at once, and removes what it left on the machine."""

    @abstractmethod
    async def reboot(self) -> None:
        """Power loss and a new boot: the disk stays, processes, /run and /tmp go, the boot id is another."""

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

    async def journal(self, lines: int = 50) -> list[str]:
        """The unit's last log lines, as `journalctl -u` prints them with ISO times."""
        unit = ["-u", self.setup.service, "-n", str(lines), "-o", "short-iso", "--no-pager", "-q"]
        return (await self.exec(["journalctl", *unit])).splitlines()

    async def effects(self) -> list[Effect]:
        """Everything that really happened on this host so far, in the order of time."""
        told = await self.exec(
            ["journalctl", "-o", "json", "--no-pager", "-q", f"UNIT={self.setup.service}", "+", "_COMM=sudo"]
        )
        found = [*from_application(self.oracle), *from_journal(told.splitlines())]
        return sorted([*found, *from_attempts(self.path(f"{self.app_folder}/attempts"))], key=lambda effect: effect.at)

    async def install(self, sha: str = "", *, healthy: bool = True) -> str:
        """Puts a version in place as the team did by hand before Slipway, starts the unit; waits until it is healthy.

        Without a SHA: the tip of the repository's branch, which is made where the repository is empty.
        """
        sha = sha or (self.repository.head() if self.repository.commits else self.repository.release("good"))
        await self.exec(
            ["sh", "-eu", "-c", INSTALL[self.setup.layout], "install", *self._install_arguments(sha)],
            user=self.setup.user,
        )
        await self.exec(["systemctl", "restart", self.setup.service])
        if healthy:
            await self.until_healthy(sha)
        return sha

    def _install_arguments(self, sha: str) -> list[str]:
        return [self.app_folder, sha, str(self.repository.path), "/usr/bin/python3", self.setup.env_file()]

    async def health(self) -> tuple[int, str]:
        """(status, body) of one GET /health; (0, reason) when nobody answers."""
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
                async with session.get(f"{self.app_url}/health") as answer:
                    return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            return 0, str(error)

    async def version(self) -> str:
        """The SHA that the running application names at /version; empty when it does not."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            async with session.get(f"{self.app_url}/version") as answer:
                return str((await answer.json())["version"]) if answer.status == 200 else ""

    async def until_healthy(self, sha: str = "", *, deadline: float = 20.0) -> None:
        """Waits until /health answers 200, and by the version `sha` where the release names it."""

        async def healthy() -> bool:
            return (await self.health())[0] == 200 and (not sha or await self.version() in {sha, ""})

        await until(healthy, deadline, f"{self.app_url} is not healthy")


class CommandFailed(Exception):
    """A program on the host ended with another status than 0. Facts: argv, status, output."""

    def __init__(self, argv: list[str], status: int, output: str) -> None:
        super().__init__(f"{' '.join(argv)[:200]} ended with {status}: {output.strip()[-2000:]}")
        self.argv, self.status, self.output = argv, status, output


async def until(
    condition: Callable[[], Awaitable[bool]], deadline: float, otherwise: str, *, pace: float = 0.02
) -> None:
    """Looks until the condition holds; raises TimeoutError with the sentence after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not await condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{otherwise} after {deadline:g} s")
        await asyncio.sleep(pace)


def free_ports(count: int) -> list[int]:
    """Free ports of 127.0.0.1 below the range from which the kernel takes ports for outgoing connections."""
    found: list[int] = []
    while len(found) < count:
        port = random.randint(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found


def _make_keys(folder: Path) -> str:
    """Writes host_key and user_key (ed25519, OpenSSH format); the host's public line."""
    folder.mkdir(mode=0o700)
    for name in ("host_key", "user_key"):
        new_key(folder / name)
    return " ".join((folder / "host_key.pub").read_text(encoding="ascii").split()[:2])


def new_key(path: Path) -> str:
    """Writes a new ed25519 key and its .pub; the public line."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.export_private_key())
    public: bytes = key.export_public_key()
    Path(f"{path}.pub").write_bytes(public)
    return " ".join(public.decode("ascii").split()[:2])


# $1 application folder, $2 sha, $3 repository, $4 python, $5 text of .env
_VENV = """
venv() {
    [ -x "$1/bin/python" ] || "$2" -m venv --without-pip "$1"
    site=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    [ -d "$site/pip" ] || "$1/bin/python" - "$site" <<'PY'
import ensurepip, pathlib, sys, zipfile
folders = [getattr(ensurepip, "_WHEEL_PKG_DIR", None), pathlib.Path(ensurepip.__file__).parent / "_bundled"]
wheels = sorted(w for f in folders if f for w in pathlib.Path(f).glob("pip-*.whl"))
zipfile.ZipFile(wheels[0]).extractall(sys.argv[1])
PY
    grep -qv '^#' "$3" && "$1/bin/python" -m pip install -q -r "$3" || true
}
"""
INSTALL: Mapping[Layout, str] = {
    "releases": _VENV
    + """
release=$1/releases/$(printf %.12s "$2")-byhand
mkdir -p "$release" "$1/venvs"
git --git-dir="$3" archive --format=tar "$2" | tar -x -C "$release"
venv "$1/venvs/byhand" "$4" "$release/requirements.txt"
ln -sfn "$1/venvs/byhand" "$release/.venv"
ln -sfn "$1/shared/.env" "$release/.env"
ln -sfn "$1/shared/chroma_db" "$release/chroma_db"
ln -sfn "$release" "$1/current.new"
mv -T "$1/current.new" "$1/current"
""",
    "in_place": _VENV
    + """
[ -d "$1/.git" ] || git clone -q "$3" "$1"
cd "$1"
git fetch -q origin
git checkout -q --detach "$2"
venv "$1/.venv" "$4" "$1/requirements.txt"
[ -e .env ] || (umask 077; printf %s "$5" > .env)
mkdir -p chroma_db
[ -e chroma_db/chroma.sqlite3 ] || echo vectors > chroma_db/chroma.sqlite3
""",
}

__all__ = ["BootFailed", "CommandFailed", "Host", "free_ports", "new_key", "until"]
