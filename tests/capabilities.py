"""What this machine can do for the tests: name → (is it here?, how to get it). Looked at once, without side effects."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
EMULATORS = ROOT / ".venv/emulators/bin/python"


def _namespaces() -> bool:
    """Root with CAP_SYS_ADMIN (bit 21) and a place to make a cgroup: enough to boot systemd as PID 1 of a namespace."""
    if os.geteuid() != 0:
        return False
    status = Path("/proc/self/status").read_text()
    effective = int(next(line for line in status.splitlines() if line.startswith("CapEff")).split()[1], 16)
    cgroup = Path("/sys/fs/cgroup/unified")
    return bool(effective >> 21 & 1) and os.access(cgroup if cgroup.is_dir() else "/sys/fs/cgroup", os.W_OK)


def _sshd() -> bool:
    return Path("/usr/sbin/sshd").exists()


def _systemd_host() -> bool:
    return _namespaces() and _sshd() and Path("/lib/systemd/systemd").exists() and shutil.which("sudo") is not None


def _docker() -> bool:
    programs = ("dockerd", "runc", "unshare", "setpriv", "/usr/bin/docker", "/bin/busybox")
    return _namespaces() and all(shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") for name in programs)


def _emulator(name: str) -> bool:
    return any(EMULATORS.parents[1].glob(f"lib/python3*/site-packages/{name}"))


@cache
def python38() -> str | None:
    """A Python 3.8 that runs: on the PATH, or one of pyenv's."""
    of_pyenv = Path.home().glob(".pyenv/versions/3.8.*/bin/python3.8")
    for program in filter(None, [shutil.which("python3.8"), *map(str, of_pyenv)]):
        if subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode == 0:
            return program
    return None


CAPABILITIES: dict[str, tuple[Callable[[], bool], str]] = {
    "systemd-host": (_systemd_host, "root with CAP_SYS_ADMIN, and: make system-packages"),
    "sshd": (_sshd, "make system-packages"),
    "chromium": (lambda: shutil.which("chromium") is not None, "make system-packages"),
    "root": (lambda: os.geteuid() == 0, "run as root"),
    "namespaces": (_namespaces, "root with CAP_SYS_ADMIN"),
    "python3.8": (lambda: python38() is not None, "install Python 3.8 beside the others"),
    "simcord": (lambda: importlib.util.find_spec("simcord") is not None, "make test installs it"),
    "docker": (_docker, "root with CAP_SYS_ADMIN, and: make system-packages"),
    "ministack": (lambda: _emulator("ministack"), "make emulators"),
    "moto": (lambda: _emulator("moto"), "make emulators"),
    "shared": (SHARED.is_dir, "the folder ../shared beside the project"),
}


@cache
def missing(name: str) -> str | None:
    """None when the machine has it, else how to get it. KeyError for a name that nobody defined."""
    present, remedy = CAPABILITIES[name]
    return None if present() else remedy
