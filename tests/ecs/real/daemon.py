"""A Docker daemon in mount and process namespaces of its own: when they end, nothing of it is left on this machine.

No bridge, no firewall rule, no port: a unix socket. Its containers use the machine's own network, or none. Its data
lie in memory, on a /run of its own. What it pulls and pushes goes through ``way_out``.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.ecs.real.process import Server

BOOT = """
mount -t tmpfs tmpfs /run
exec dockerd --data-root /run/data --exec-root /run/exec --pidfile /run/pid -H "unix://$1/docker.sock" \
    --bridge=none --iptables=false --ip6tables=false --cgroup-parent "/$2" --insecure-registry "$3" --log-level warn
"""
CGROUPS = Path("/sys/fs/cgroup")


class Daemon:
    """``registry``: the host that it may speak plain HTTP to."""

    def __init__(self, folder: Path, way_out: str, registry: str) -> None:
        self.socket = f"unix://{folder}/docker.sock"
        _sweep("slipway-docker-*")
        self.cgroup = f"slipway-docker-{secrets.token_hex(4)}"
        namespaces = ("unshare", "--fork", "--kill-child=KILL", "--pid", "--mount", "--mount-proc")
        self.server = Server(
            "dockerd",
            [*namespaces, "sh", "-euc", BOOT, "dockerd", str(folder), self.cgroup, registry],
            folder,
            {"HTTP_PROXY": way_out, "HTTPS_PROXY": way_out},
        )
        try:
            self.server.until(lambda: (folder / "docker.sock").exists() and self._answers())
        except RuntimeError:
            self.kill()
            raise

    def docker(self, *arguments: str, given: bytes = b"") -> str:
        """What one command of the client says. Raises RuntimeError with its complaint."""
        ended = subprocess.run(
            ["/usr/bin/docker", "-H", self.socket, *arguments],
            input=given,
            capture_output=True,
            timeout=60,
            check=False,
        )
        if ended.returncode:
            raise RuntimeError(f"docker {arguments[0]}: {ended.stderr.decode(errors='replace').strip()}")
        return ended.stdout.decode().strip()

    def containers(self) -> list[str]:
        """Ids of those that run."""
        return self.docker("ps", "-q").split()

    def kill(self) -> None:
        """The first process of its namespace takes all the others with it, and every mount."""
        for pid in self.server.children():
            os.kill(pid, signal.SIGKILL)
        self.server.stop()
        _sweep(self.cgroup)

    def _answers(self) -> bool:
        try:
            return bool(self.docker("version", "--format", "{{.Server.Version}}"))
        except RuntimeError:
            return False


def _sweep(name: str) -> None:
    """Removes control groups that nobody is in: ours, and what tests left that were killed."""
    for folder in sorted(CGROUPS.glob(f"**/{name}/**/"), reverse=True):
        with suppress(OSError):  # somebody is in it, or was quicker
            folder.rmdir()
