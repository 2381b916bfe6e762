"""An SSH server for a machine without sshd, as the ordinary user: `sshd.py FOLDER PORT`

It is asyncssh's; keys lie in FOLDER/keys. Runs commands through sh with the environment it was given, forwards to the
loopback interface, offers no terminal and no files.
"""

import asyncio
import contextlib
import logging
import os
import sys
from pathlib import Path

import asyncssh


class Server(asyncssh.SSHServer):
    """Every key in authorized_keys may log in under any name: the process has one user's rights anyway."""

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        """Forwards to the loopback interface only."""
        return dest_host in {"127.0.0.1", "localhost", "::1"}


async def run(process: "asyncssh.SSHServerProcess[bytes]") -> None:
    """One command. It goes on when the connection breaks, as under the real server without a terminal."""
    child = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", process.command or "exec /bin/sh", cwd=os.environ["HOME"],
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    feeding = asyncio.create_task(_feed(process.stdin, child.stdin))
    await asyncio.gather(_tell(child.stdout, process.stdout), _tell(child.stderr, process.stderr))
    status = await child.wait()
    feeding.cancel()
    with contextlib.suppress(*GONE):
        process.exit(status if status >= 0 else 128 - status)


GONE = (OSError, asyncssh.Error)


async def _feed(source: "asyncssh.SSHReader[bytes]", sink: asyncio.StreamWriter) -> None:
    """The client's input, until it or the command ends."""
    with contextlib.suppress(*GONE):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


async def _tell(source: asyncio.StreamReader, sink: "asyncssh.SSHWriter[bytes]") -> None:
    """The command's output, read to its end even when nobody listens any more."""
    while data := await source.read(65536):
        with contextlib.suppress(*GONE):
            sink.write(data)
            await sink.drain()


async def main(folder: Path, port: int) -> None:
    """Serves until it is killed."""
    keys = folder / "keys"
    server = await asyncssh.listen(
        "127.0.0.1", port, server_factory=Server, process_factory=run, encoding=None, allow_pty=False,
        server_host_keys=[str(keys / "host_key")], authorized_client_keys=str(keys / "user_key.pub"),
    )  # fmt: skip
    await server.wait_closed()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    os.umask(0o022)
    os.environ.pop("PYTHONPATH", None)  # it was for this process, not for the commands
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
