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
        await host.faults.unreachable()            # and freeze, drop, full_disk, squat, sudo, …: see faults.py

    async with Line(host.ssh.port) as line: ...    # log in at line.port; line.cut_after(down=900), line.silence()

`host.folder` is visible inside at the same path, so everything in it (repository, wheels, oracle) is the same on both
sides; `host.path("/app/…")` reaches the rest from outside. Folder and host end with `kill` (or the `async with`); when
the process that booted the host dies, by SIGKILL too, the host ends with it.

Where systemd is not allowed `Host.boot` gives a shim host (`host.kind`, `host.why_shim`): the same interface, a real
sshd as the ordinary user, or asyncssh's server where that cannot run; systemctl and sudo are shims for the one unit. It
has no journal, no cgroup, no boot of its own: what it cannot suffer raises NotHere. Its application folder is
`host.app_folder` too, its logs are in the file that `systemctl show` names, and jobs run detached.
"""

from .effects import Effect
from .faults import Faults, NotHere
from .host import CommandFailed, Host
from .line import Line
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
    "Line",
    "NotHere",
    "Repository",
    "Setup",
    "ShimHost",
    "Ssh",
    "SystemdHost",
    "until",
]
