"""A connection with the host key pinned, as Slipway makes it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from playground.host import Host


@asynccontextmanager
async def login(host: Host, host_key: str = "", *, within: float = 20) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Logs in as the deploy user; `host_key` is another pinned key than the first one."""
    line = f"[{host.ssh.address}]:{host.ssh.port} {host_key or host.ssh.host_key}\n"
    async with asyncssh.connect(
        host.ssh.address, host.ssh.port, username=host.ssh.user, known_hosts=asyncssh.import_known_hosts(line),
        client_keys=[asyncssh.import_private_key(host.ssh.private_key)],
        config=[], agent_path=None, login_timeout=within,
    ) as connection:  # fmt: skip
        yield connection


async def run(connection: asyncssh.SSHClientConnection, command: str, *, stdin: str = "") -> tuple[int | None, str]:
    """(exit status, both outputs) of a command, within half a minute."""
    done = await connection.run(command, input=stdin, stderr=asyncssh.STDOUT, timeout=30)
    return done.exit_status, str(done.stdout)
