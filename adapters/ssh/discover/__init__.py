"""For ``slipway init --ssh``: a host's key to be looked at, then the applications that run there. Only reads.

Idempotent: nothing is stored on the host; the program below travels on standard input and leaves no trace.
"""

from __future__ import annotations

import asyncio
import json
from importlib import resources
from typing import Any

import asyncssh

from adapters.ssh.config import KEY_TYPES
from adapters.transports.ssh import Link, Login
from bot.errors import AdapterError

SCAN, LOOK = 10.0, 60.0  # seconds
KIND = "ssh"


async def host_key(host: str, port: int) -> tuple[str, str]:
    """(line to pin, fingerprint) of the key that the host shows now; a person must compare it with the host's own.

    Raises AdapterError("unreachable").
    """
    try:
        async with asyncio.timeout(SCAN):
            key = await asyncssh.get_server_host_key(host, port, server_host_key_algs=list(KEY_TYPES), config=None)
    except (OSError, asyncssh.Error) as error:
        reason = getattr(error, "reason", "") or getattr(error, "strerror", "") or type(error).__name__
        raise AdapterError(KIND, "unreachable", retry=True, host=host, reason=reason) from None
    if key is None:
        raise AdapterError(KIND, "unreachable", retry=False, host=host, reason="it shows no host key")
    kind, data = key.export_public_key("openssh").decode("ascii").split()[:2]
    return f"{kind} {data}", key.get_fingerprint()


async def applications(user: str, host: str, port: int, pinned: str, private_key: str) -> dict[str, Any]:
    """Units whose working directory is a git tree, as plain data (``on_host`` says which).

    Raises AdapterError: unreachable, host_key_changed, login_refused, key_unusable, lost, timeout, no_python, garbled.
    """
    link = Link(Login(KIND, host, port, user, pinned, private_key, "the key that was given"))
    try:
        said = await link.call("discover", "python3 -IS -", _program(), LOOK)
    finally:
        await link.close()
    if said.status == 127:
        raise AdapterError(KIND, "no_python", retry=False, host=host)
    try:
        found = json.loads(said.out.rpartition(b"\n\x1e")[2])
    except ValueError:
        found = None
    if said.status or not isinstance(found, dict):
        raise AdapterError(KIND, "garbled", retry=False, host=host, call="discover")
    return found


def _program() -> bytes:
    return resources.files(__package__).joinpath("on_host.py").read_bytes()
