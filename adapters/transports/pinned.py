"""The one host key that is believed."""

from __future__ import annotations

import asyncssh

ALGORITHMS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)


class Pinned(asyncssh.SSHClient):
    """Refuses every host key but the pinned one, which asyncssh compares before it asks here."""

    offered = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.offered = key.get_fingerprint()
        return False


def algorithms(pinned: str) -> list[str]:
    """The pinned key's first. The others too, so that a host without it shows what it has: then it is another host."""
    own = [name for name in ALGORITHMS if name == pinned or (pinned == "ssh-rsa" and name.startswith("rsa-"))]
    return own + [name for name in ALGORITHMS if name not in own]
