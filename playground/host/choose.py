"""Which kind of host this machine can boot."""

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
    why = "asked for" if setup.kind == "shim" else why_not_systemd() or await namespaces_refused()
    if why and setup.kind == "systemd":
        raise BootFailed(f"no systemd host here: {why}")
    host = ShimHost(folder, setup, why) if why else SystemdHost(folder, setup)
    await host.start()
    return host
