"""A host to deploy to: real sshd, git, sudo, journal, and the machine's own systemd as PID 1 where that is allowed.

    from playground.host import Host, Setup

    async with await Host.boot(tmp_path / "host", Setup(layout="releases")) as host:    # about 0.3 s
        good = await host.install()                # a first version by hand, running and healthy (about 1.5 s)
        bad = host.repository.release("crashes")   # one commit on main; kinds: playground.host.releases.Kind
        host.ssh.port, host.ssh.user, host.ssh.host_key, host.ssh.key_file, host.ssh.private_key
        host.app_url, host.app_folder, str(host.repository.path)    # the clone URL, valid on the host too
        await host.exec(["systemctl", "restart", host.setup.service])   # as root, past SSH: for the test itself
        await host.unit_state(), await host.journal(20), await host.effects()    # effects: the oracle
        await host.reboot()                        # power loss; the disk stays

`host.folder` is visible inside at the same path, so everything in it (repository, wheels, oracle) is the same on both
sides; `host.path("/app/…")` reaches the rest from outside. Folder and host end with `kill` (or the `async with`); when
the process that booted the host dies, by SIGKILL too, the host ends with it.
"""

from .effects import Effect
from .faults import Faults, NotHere
from .host import CommandFailed, Host
from .net import until
from .repository import Repository
from .setup import SECRET, BootFailed, Setup, Ssh
from .shim import ShimHost
from .systemd import SystemdHost

__all__ = [
    "SECRET",
    "BootFailed",
    "CommandFailed",
    "Effect",
    "Faults",
    "Host",
    "NotHere",
    "Repository",
    "Setup",
    "ShimHost",
    "Ssh",
    "SystemdHost",
    "until",
]
