"""Which kind of host this machine can boot."""

from pathlib import Path

from .host import Host
from .setup import BootFailed, Setup
from .systemd import SystemdHost, namespaces_refused, why_not_systemd


async def choose(folder: Path, setup: Setup) -> Host:
    """Boots the best kind that the setup allows. Raises BootFailed."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    why = why_not_systemd() or await namespaces_refused()
    if why:
        raise BootFailed(why)
    host = SystemdHost(folder, setup)
    await host.start()
    return host
