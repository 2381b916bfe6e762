"""Which kind of host this machine can boot."""

import shutil
from pathlib import Path

from .host import Host
from .setup import BootFailed, Setup
from .shim import ShimHost
from .systemd import SystemdHost, namespaces_refused, why_not_systemd


async def choose(folder: Path, setup: Setup) -> Host:
    """Boots the best kind that the setup allows. Raises BootFailed."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BootFailed(f"{folder} is not empty")
    if not shutil.which("git"):
        raise BootFailed("git is not installed: make system-packages (as root)")
    why = "asked for" if setup.kind == "shim" else why_not_systemd() or await namespaces_refused()
    if why and setup.kind == "systemd":
        raise BootFailed(f"no systemd host here: {why}")
    if not why:
        try:
            return await _systemd(folder, setup)
        except BootFailed as error:
            if setup.kind == "systemd":
                raise
            why = str(error)
    return await _shim(folder, setup, why)


async def _systemd(folder: Path, setup: Setup) -> Host:
    host = SystemdHost(folder, setup)
    await host.start()
    return host


async def _shim(folder: Path, setup: Setup, why: str) -> Host:
    for left in folder.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    host = ShimHost(folder, setup, why)
    await host.start()
    return host
